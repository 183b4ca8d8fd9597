using System.Reflection;
using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A span or a reference into shared memory stays good when its object is gone. Each scenario runs in a process of its own, which it may end.</summary>
public sealed class SpanLifetimeTests : TimedTest
{
    private const int Written = 201;

    private delegate Span<int> Taking();

    public static TheoryData<string> Members =>
    [
        "Array`1.Obj", "RawArray`1.Item", "RawArray`1.Memory", "RawArray`1.Slice", "RawArray`1.Span", "RawValue`1.Ref", "SharedMemory.Buf", "SharedMemory.Memory", "SharedMemory.Slice", "Value`1.Obj",
    ];

    [Fact]
    public void Every_public_member_that_hands_out_memory_is_tried_here()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Type type in typeof(RawArray<>).Assembly.GetExportedTypes().Where(static type => !type.IsByRefLike && typeof(IDisposable).IsAssignableFrom(type)))
        {
            foreach (MemberInfo member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                Type? returned = member switch
                {
                    MethodInfo { IsSpecialName: false } method => method.ReturnType,
                    PropertyInfo property => property.PropertyType,
                    _ => null,
                };
                if (returned is not null && (returned.IsByRef || IsView(returned) || IsRaw(returned)))
                {
                    found.Add($"{type.Name}.{member.Name}");
                }
            }
        }

        Assert.Equal(Members.Select(static row => row.Data), found);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void It_can_be_used_when_the_object_is_gone(string member) => QuietProcess.Run(
        static member =>
        {
            Taking take = Of(member);
            Span<int> span = take();
            for (int round = 1; round < Written; round++)
            {
                Interlocked.Increment(ref span[0]);
                if (round % 20 == 0)
                {
                    Collect();
                    take()[0] = 5;    // would get the same addresses
                }
            }

            Assert.Equal(Written, span[0]);
            return 0;
        },
        member);

    [Theory]
    [InlineData("RawArray`1.Span")]
    [InlineData("RawValue`1.Ref")]
    [InlineData("SharedMemory.Buf")]
    public void After_dispose_it_reads_zeroes_and_does_no_harm(string member) => QuietProcess.Run(
        static member =>
        {
            Span<int> span = TakeDisposed(member);
            for (int round = 0; round < 10; round++)
            {
                Collect();
                Assert.Equal(0, span[0]);
                span[0] = 7;
                using var other = new RawArray<int>(1000);
                Assert.Equal(0, other[0]);
                span[0] = 0;
            }

            return 0;
        },
        member);

    [Fact]
    public void A_worker_gives_back_what_its_tasks_have_dropped()
    {
        using var pool = new ProcessPoolExecutor(1);
        using var array = new RawArray<int>([1, 2, 3]);
        Assert.Equal(6, pool.Submit(() => array[0] + array.Span[1] + array[2]).Result(Cancellation));
        int most = 0;
        Eventually.Holds(() =>
        {
            int mapped = pool.Submit(static () =>
            {
                Collect();
                return File.ReadLines("/proc/self/maps").Count(static line => line.Contains("braid-Array", StringComparison.Ordinal));
            }).Result(Cancellation);
            most = Math.Max(most, mapped);
            return mapped == 0;
        });
        Assert.True(most <= 1);
    }

    [Fact]
    public void What_is_used_through_values_alone_is_given_back_at_once() => QuietProcess.Run(static () =>
    {
        for (int i = 0; i < 100; i++)
        {
            UseValuesAlone();
        }

        Eventually.Holds(static () =>
        {
            Collect();
            return !File.ReadLines("/proc/self/maps").Any(static line => line.Contains("braid-Array", StringComparison.Ordinal) || line.Contains("braid-Value", StringComparison.Ordinal));
        });
        return 0;
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseValuesAlone()
    {
        var array = new Array<int>([1, 2, 3]);
        array.Add(1, 40);
        array[0] = array.Slice(1, 1)[0];
        Assert.Equal([42, 42, 3], array);
        var raw = new RawArray<int>([1, 2]);
        int[] copy = new int[2];
        raw.CopyTo(copy);
        Assert.Equal(raw, copy);
        var value = new Value<int>(1);
        value.Value += new RawValue<int>(2).Value;
        Assert.Equal(3, value.Value);
    }

    private static bool IsView(Type type) => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Span<>) || type.GetGenericTypeDefinition() == typeof(Memory<>));

    private static bool IsRaw(Type type) => type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(RawArray<>) || type.GetGenericTypeDefinition() == typeof(RawValue<>));

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Makes an object that is gone when this returns, and takes what the member hands out: its first item is 1.</summary>
    private static Taking Of(string member) => member switch
    {
        "Array`1.Obj" => static () => new Array<int>([1, 2]).Obj.Span,
        "RawArray`1.Item" => static () => new Span<int>(ref new RawArray<int>([1, 2])[0]),
        "RawArray`1.Memory" => static () => new RawArray<int>([1, 2]).Memory.Span,
        "RawArray`1.Slice" => static () => new RawArray<int>([0, 1, 2]).Slice(1, 2),
        "RawArray`1.Span" => static () => new RawArray<int>([1, 2]).Span,
        "RawValue`1.Ref" => static () => new Span<int>(ref new RawValue<int>(1).Ref),
        "SharedMemory.Buf" => static () => InBlock(static block => block.Buf),
        "SharedMemory.Memory" => static () => InBlock(static block => block.Memory.Span),
        "SharedMemory.Slice" => static () => InBlock(static block => block.Slice(0, 4)),
        _ => static () => new Span<int>(ref new Value<int>(1).Obj.Ref),
    };

    private static Span<int> InBlock(Func<SharedMemory, Span<byte>> take)
    {
        Span<int> span = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(take(new SharedMemory(create: true, size: 4096)));
        span[0] = 1;
        return span;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Span<int> TakeDisposed(string member)
    {
        switch (member)
        {
            case "RawArray`1.Span":
                var array = new RawArray<int>([1, 2]);
                Span<int> all = array.Span;
                array.Dispose();
                Assert.Throws<ObjectDisposedException>(() => array[0]);
                return all;
            case "RawValue`1.Ref":
                var value = new RawValue<int>(1);
                var one = new Span<int>(ref value.Ref);
                value.Dispose();
                Assert.Throws<ObjectDisposedException>(() => value.Value);
                return one;
            default:
                var block = new SharedMemory(create: true, size: 4096);
                Span<int> bytes = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(block.Buf);
                block.Dispose();
                Assert.Throws<ObjectDisposedException>(() => block.Buf.Length);
                return bytes;
        }
    }
}
