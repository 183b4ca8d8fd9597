using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadDelegateTests : TimedTest
{
    private delegate int Adding<T>(T value, ref int sum);

    [Fact]
    public void A_lambda_that_captures_nothing_travels()
    {
        Assert.Equal(42, Of<Func<int, int>>(x => x + 1)(41));
        Assert.Equal(42, Of<Func<int, int>>(static x => x + 1)(41));
        Assert.Equal("5", Of<Func<int, string>>(Convert.ToString)(5));
        Assert.Equal(3, Of<Func<int, int, int>>(Math.Max)(2, 3));
    }

    [Fact]
    public void It_takes_few_bytes_the_second_time_and_reads_as_one_delegate()
    {
        Func<int, int> square = static x => x * x;
        Func<int, int>[] back = Of<Func<int, int>[]>([square, square]);
        Assert.Same(back[0], back[1]);
        Assert.True(Bytes<Func<int, int>[]>([square, square]).Length - Bytes<Func<int, int>[]>([square]).Length < 8);
    }

    [Fact]
    public void Captured_variables_travel_by_value()
    {
        int number = 1;
        string text = "x";
        int[] numbers = [1, 2];
        Func<string> back = Of(() => $"{number++}{text}{numbers.Sum()}");
        number = 100;
        Assert.Equal("1x3", back());
        Assert.Equal("2x3", back());
        Assert.Equal(100, number);
    }

    [Fact]
    public void Variables_of_several_scopes_travel()
    {
        var actions = new List<Func<int>>();
        int outer = 10;
        for (int i = 0; i < 2; i++)
        {
            int inner = i;
            for (int j = 0; j < 2; j++)
            {
                int innermost = j;
                actions.Add(() => outer + (2 * inner) + innermost);
            }
        }

        Assert.Equal([10, 11, 12, 13], Of(actions).Select(action => action()));
    }

    [Fact]
    public void Two_lambdas_over_one_variable_share_it_on_the_other_side()
    {
        int count = 0;
        (Action Add, Func<int> Count) back = Of<(Action, Func<int>)>((() => count++, () => count));
        back.Add();
        back.Add();
        Assert.Equal((2, 0), (back.Count(), count));
    }

    [Fact]
    public void A_lambda_that_calls_itself_travels()
    {
        Func<int, int>? factorial = null;
        factorial = n => n < 2 ? 1 : n * factorial!(n - 1);
        Assert.Equal(120, Of(factorial)(5));
    }

    [Fact]
    public void Local_functions_generic_methods_and_generic_closures_travel()
    {
        int offset = 3;
        int Shift(int value) => value + offset;
        Assert.Equal(8, Of<Func<int, int>>(Shift)(5));
        Assert.Equal(("a", 1), Of(Pairing<string>.With(1))("a"));
        Assert.Equal("String Int32", Of<Func<string>>(NameOf<string, int>)());
        Assert.Equal([2, 1], Of(Reversed([1, 2]))());
        int sum = 1;
        Assert.Equal(3, Of<Adding<int>>((int value, ref int total) => total += value)(2, ref sum));
    }

    [Fact]
    public void Methods_of_objects_travel_with_their_object()
    {
        var counter = new Counter { Value = 5 };
        Assert.Equal(6, Of(counter.Next)());
        Assert.Equal(5, counter.Value);
        Assert.Equal(7, Of(counter.NextLater())());
        Assert.Equal("ab", Of<Func<string, string>>("a".Plus)("b"));
        Assert.Equal("7", Of<Func<string>>(7.ToString)());
        var open = (Func<Counter, int>)Delegate.CreateDelegate(typeof(Func<Counter, int>), typeof(Counter).GetMethod(nameof(Counter.Next))!);
        Assert.Equal(6, Of(open)(counter));
    }

    [Fact]
    public void A_delegate_of_several_methods_calls_each()
    {
        List<string> calls = [];
        Action<List<string>> all = list => list.Add("first");
        all += list => list.Add("second");
        Of(all)(calls);
        Assert.Equal(["first", "second"], calls);
    }

    [Fact]
    public async Task An_asynchronous_lambda_travels()
    {
        int number = 5;
        Assert.Equal(6, await Of(async () =>
        {
            await Task.Yield();
            return number + 1;
        })());
    }

    [Fact]
    public void Code_that_exists_in_this_process_only_is_refused()
    {
        PayloadException compiled = Assert.Throws<PayloadException>(() => Bytes(((Expression<Func<int>>)(() => 1)).Compile()));
        Assert.Contains("(type System.Func<System.Int32>) cannot travel to another process: its code was generated while this process ran", compiled.Message, StringComparison.Ordinal);
        var method = new DynamicMethod("one", typeof(int), []);
        method.GetILGenerator().Emit(OpCodes.Ldc_I4_1);
        method.GetILGenerator().Emit(OpCodes.Ret);
        Assert.Throws<PayloadException>(() => Bytes(method.CreateDelegate<Func<int>>()));
        Type generated = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("generated"), AssemblyBuilderAccess.Run).DefineDynamicModule("m").DefineType("T").CreateType();
        Assert.Contains("its code was generated", Assert.Throws<PayloadException>(() => Bytes(generated)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_may_send_plain_data_only_cannot_name_code()
    {
        byte[] bytes = Bytes<Func<int, int>>(x => x);
        Assert.Contains("Only plain data is accepted", Assert.Throws<PayloadException>(() => Read<Func<int, int>>(bytes, PayloadSource.Peer)).Message, StringComparison.Ordinal);
        Assert.Throws<PayloadException>(() => Of<object>((5, "x"), PayloadSource.Peer));
        Assert.Equal(5, Of<object>(5, PayloadSource.Peer));      // a number says itself what it is
        Assert.Equal([1], Of<List<int>>([1], PayloadSource.Peer));
    }

    [Fact]
    public void Another_build_of_the_program_is_noticed()
    {
        byte[] bytes = Bytes<Func<int, int>>(x => x);
        byte[] version = typeof(PayloadDelegateTests).Module.ModuleVersionId.ToByteArray();
        int at = bytes.AsSpan().IndexOf(version);
        bytes[at] ^= 1;
        PayloadException failure = Assert.Throws<PayloadException>(() => Read<Func<int, int>>(bytes));
        Assert.Contains("The two processes run different builds of Braid.Tests", failure.Message, StringComparison.Ordinal);
        byte[] data = Bytes(new Counter { Value = 1 });
        data[0] ^= 1;
        Assert.Contains("another build of the program", Assert.Throws<PayloadException>(() => Read<Counter>(data)).Message, StringComparison.Ordinal);
    }

    private static string NameOf<TFirst, TSecond>() => $"{typeof(TFirst).Name} {typeof(TSecond).Name}";

    private static Func<T[]> Reversed<T>(T[] items) => () => [.. items.Reverse()];

    private sealed class Counter
    {
        public int Value;

        public int Next() => ++Value;

        public Func<int> NextLater()
        {
            int step = 2;
            return () => Value += step;
        }
    }

    private static class Pairing<TFirst>
    {
        public static Func<TFirst, (TFirst, TSecond)> With<TSecond>(TSecond second) => first => (first, second);
    }
}
