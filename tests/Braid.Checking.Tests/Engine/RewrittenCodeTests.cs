using System.Diagnostics.Tracing;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Tests.Engine;

/// <summary>.NET compiles the rewritten code, which does what the original does.</summary>
public sealed class RewrittenCodeTests
{
    private static readonly Type[] s_indexes =
    [
        typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(char), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(nint), typeof(nuint), typeof(EventChannel),
    ];

    private static readonly object[] s_elements =
    [
        true, (sbyte)-1, (byte)200, 'x', (short)-2, (ushort)65_000, -3, 4_000_000_000u, -5L, 6UL, (nint)(-7), (nuint)8, 1.5f, 2.5, "text",
        new object(), 3m, DayOfWeek.Friday, (EventChannel)2, new int[1], new KeyValuePair<int, string>(1, "one"),
    ];

    // The long form, with packages and all of .NET's own assemblies, is bench/Rewriting.
    public static TheoryData<string> Assemblies => new(
    [
        typeof(RewrittenCodeTests).Assembly.Location, typeof(Assert).Assembly.Location, InTests("Microsoft.Testing.Platform"),
        .. new[]
        {
            "System.Collections", "System.Collections.Concurrent", "System.Formats.Asn1", "System.Memory", "System.Text.RegularExpressions",
            "System.Threading",
            "Microsoft.VisualBasic.Core",
        }.Select(OfFramework),
    ]);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Every_method_of_an_assembly_compiles_when_it_is_rewritten(string file)
    {
        (int compiled, IReadOnlyDictionary<int, LeftMethod> left) = new SubjectContext(file).SurveySubject();
        Assert.True(compiled > 0);
        Assert.True(left.Count == 0, string.Join(Environment.NewLine, left.Values));
    }

    [Fact]
    public void Elements_of_all_types_are_read_and_written_at_indices_of_all_types()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("braid-elements").FullName, "Elements.dll");
        try
        {
            Emit(file);
            var context = new SubjectContext(file);
            (int compiled, IReadOnlyDictionary<int, LeftMethod> left) = context.SurveySubject();
            Assert.True(left.Count == 0, string.Join(Environment.NewLine, left.Values));
            Assert.True(compiled > s_indexes.Length * ((3 * s_elements.Length) + 4));
            Type elements = context.Subject.GetType("Elements")!;
            foreach (Type index in s_indexes)
            {
                foreach (object value in s_elements)
                {
                    var array = Array.CreateInstance(value.GetType(), 3);
                    string suffix = $"{value.GetType().Name}_{index.Name}";
                    elements.GetMethod($"Store_{suffix}")!.Invoke(null, [array, Index(index), value]);
                    Assert.Equal(value, array.GetValue(2));
                    Assert.Equal(value, elements.GetMethod($"Load_{suffix}")!.Invoke(null, [array, Index(index)]));
                    Assert.Equal(value, elements.GetMethod($"Refer_{suffix}")!.Invoke(null, [array, Index(index)]));
                }
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void Locations_of_all_forms_mean_the_same_as_in_the_original()
    {
        CheckReport report = Check.Explore(() =>
        {
            var other = new Thread(Shapes.Use);
            other.Start();
            other.Join();
            Shapes.Use();
        });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void An_update_of_an_element_of_a_rectangular_array_can_be_lost() => Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
    {
        int[,] counts = new int[2, 2];
        TwoThreads(() => counts[1, 1]++);
    }).Verdict);

    [Fact]
    public void A_read_and_a_write_of_an_element_of_a_rectangular_array_race() => Assert.Equal(Verdict.DataRace, Check.Explore(() =>
    {
        int[,] counts = new int[2, 2];
        int seen = 0;
        var other = new Thread(() => counts[0, 1] = 3);
        other.Start();
        seen = counts[0, 1];
        other.Join();
    }).Verdict);

    [Fact]
    public void Setting_a_struct_to_its_default_is_a_write() => Assert.Equal(Verdict.DataRace, Check.Explore(() =>
    {
        var box = new StrongBox<KeyValuePair<int, int>>();
        TwoThreads(() => box.Value = default);
    }).Verdict);

    private static void TwoThreads(Action work)
    {
        var other = new Thread(() => work());
        other.Start();
        work();
        other.Join();
    }

    private static string OfFramework(string name) => Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{name}.dll");

    private static string InTests(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.dll");

    private static object Index(Type type) =>
        type == typeof(nint) ? (nint)2
        : type == typeof(nuint) ? (nuint)2
        : type == typeof(EventChannel) ? (EventChannel)2
        : Convert.ChangeType(2, type, CultureInfo.InvariantCulture);

    /// <summary>
    /// A method for each type of index and of element, and each way to use the element, in the code that the C# compiler makes for it.
    /// </summary>
    private static void Emit(string file)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Elements"), typeof(object).Assembly);
        ModuleBuilder module = assembly.DefineDynamicModule("Elements");
        TypeBuilder type = module.DefineType("Elements", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);

        foreach (Type index in s_indexes)
        {
            foreach (Type element in s_elements.Select(static value => value.GetType()))
            {
                Define(type, $"Load_{element.Name}_{index.Name}", element, index, element, [OpCodes.Ldelem]);
                Define(type, $"Refer_{element.Name}_{index.Name}", element, index, element, [OpCodes.Ldelema, OpCodes.Ldobj]);
                Define(type, $"Store_{element.Name}_{index.Name}", element, index, null, [OpCodes.Stelem]);
            }

            // Pointers are loaded and stored as numbers of their size.
            Define(type, $"Load_Pointer_{index.Name}", typeof(int*), index, typeof(int*), [OpCodes.Ldelem_I]);
            Define(type, $"Store_Pointer_{index.Name}", typeof(int*), index, null, [OpCodes.Stelem_I]);
            DefineGeneric(type, $"Load_Any_{index.Name}", index, stores: false);
            DefineGeneric(type, $"Store_Any_{index.Name}", index, stores: true);
        }

        type.DefineDefaultConstructor(MethodAttributes.Private);
        type.CreateType();
        assembly.Save(file);
    }

    private static void Define(TypeBuilder type, string name, Type element, Type index, Type? returns, OpCode[] codes)
    {
        Type[] parameters = [element.MakeArrayType(), index, .. returns is null ? new[] { element } : []];
        MethodBuilder method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static, returns, parameters);
        Write(method.GetILGenerator(), index, element, returns is null, codes);
    }

    private static void DefineGeneric(TypeBuilder type, string name, Type index, bool stores)
    {
        MethodBuilder method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static);
        Type element = method.DefineGenericParameters("T")[0];
        method.SetParameters([element.MakeArrayType(), index, .. stores ? new[] { element } : []]);
        method.SetReturnType(stores ? null : element);
        Write(method.GetILGenerator(), index, element, stores, [stores ? OpCodes.Stelem : OpCodes.Ldelem]);
    }

    private static void Write(ILGenerator il, Type index, Type element, bool stores, OpCode[] codes)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        if (index == typeof(uint))
        {
            il.Emit(OpCodes.Conv_U);
        }
        else if (index == typeof(long))
        {
            il.Emit(OpCodes.Conv_Ovf_I);
        }
        else if (index == typeof(ulong))
        {
            il.Emit(OpCodes.Conv_Ovf_I_Un);
        }

        if (stores)
        {
            il.Emit(OpCodes.Ldarg_2);
        }

        foreach (OpCode code in codes)
        {
            if (code == OpCodes.Ldelem_I || code == OpCodes.Stelem_I)
            {
                il.Emit(code);
            }
            else
            {
                il.Emit(code, element);
            }
        }

        il.Emit(OpCodes.Ret);
    }

    /// <summary>What a reference can point to, and how. Each method throws if something is wrong.</summary>
    private static unsafe class Shapes
    {
        private static readonly int[,] s_flat = new int[3, 4];
        private static readonly string[,,] s_deep = new string[2, 2, 2];

        public static void Use()
        {
            Spans();
            Generics();
            Pointers();
            Arrays();
            Filters();
            TailAndConstrained();
            Bits();
        }

        private static void Spans()
        {
            Span<int> span = [1, 2, 3];
            Skip(ref span);
            Require(span.Length == 2 && span[0] == 2);
            ReadOnlySpan<char> text = "abc";
            Require(Length(in text) == 3);
            Require(Take(out Span<byte> taken) && taken.Length == 4);
            var reader = new Reader { Rest = "key=value" };
            Require(Read(ref reader, out ReadOnlySpan<char> key) && key is "key" && reader.Rest is "value");
            Reader copy = Same(ref reader);
            Require(copy.Rest is "value" && Any(ref span) == 2 && AnyValue(5) == 5);
            ref readonly Reader alias = ref Pass(in reader);
            Require(alias.Rest.Length == 5);
            reader = default;
            Require(reader.Rest.IsEmpty);
        }

        private static void Skip(ref Span<int> span) => span = span[1..];

        private static int Length(in ReadOnlySpan<char> span)
        {
            ReadOnlySpan<char> copy = span;
            return copy.Length;
        }

        private static bool Take(out Span<byte> span)
        {
            span = default;
            span = new byte[4];
            return true;
        }

        private static bool Read(ref Reader reader, out ReadOnlySpan<char> key)
        {
            int at = reader.Rest.IndexOf('=');
            key = reader.Rest[..at];
            reader.Rest = reader.Rest[(at + 1)..];
            return true;
        }

        private static Reader Same(ref Reader reader) => reader;

        private static ref readonly Reader Pass(in Reader reader) => ref reader;

        private static int Any<T>(ref T value)
            where T : IHasLength, allows ref struct
        {
            T copy = value;
            value = copy;
            return copy.Length;
        }

        private static int Any(ref Span<int> span)
        {
            var wrapped = new Wrapped(span);
            int length = Any<Wrapped>(ref wrapped);
            return length;
        }

        private static T AnyValue<T>(T value)
            where T : allows ref struct
        {
            Change(ref value, value);
            return value;
        }

        private static void Change<T>(ref T place, T value)
            where T : allows ref struct => place = value;

        private static void Generics()
        {
            var box = new Box<string> { Value = "a" };
            Swap(ref box.Value, "b");
            Require(box.Value == "b");
            var number = new Box<KeyValuePair<int, long>> { Value = new(1, 2) };
            Swap(ref number.Value, new(3, 4));
            Require(number.Value.Value == 4);
            number.Value = default;
            Require(number.Value.Key == 0);
            Box<int>.Shared = 5;
            Swap(ref Box<int>.Shared, 6);
            Require(Box<int>.Shared == 6);
            Require(Caught<InvalidOperationException>(static () => throw new InvalidOperationException()));
        }

        private static void Swap<T>(ref T place, T value)
        {
            T old = place;
            place = value;
            Require(!EqualityComparer<T>.Default.Equals(old, place));
            value = default!;
        }

        private static bool Caught<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
                return false;
            }
            catch (T)
            {
                return true;
            }
        }

        private static void Pointers()
        {
            int number = 3;
            int* pointer = &number;
            *pointer += 4;
            Require(number == 7 && pointer[0] == 7);
            int*[] pointers = [pointer];
            byte index = 0;
            *pointers[index] = 8;
            Require(number == 8);
            var holder = new Pointers_ { To = pointer, Function = &Twice };
            Require(*holder.To == 8 && holder.Function(4) == 8);
            delegate*<int, int>[] functions = [&Twice];
            Require(functions[index](5) == 10);
            byte* bytes = stackalloc byte[8];
            *(int*)(bytes + 1) = 0x01020304;
            Require(Unsafe.ReadUnaligned<int>(bytes + 1) == 0x01020304);
            void** to = (void**)&pointer;
            Require(*to == pointer);
            fixed (int* first = new int[2])
            {
                first[1] = 9;
                Require(first[1] == 9);
            }
        }

        private static int Twice(int value) => 2 * value;

        private static void Arrays()
        {
            for (byte i = 0; i < 3; i++)
            {
                s_flat[i, 3] = i;
                s_flat[i, 3]++;
            }

            Require(s_flat[2, 3] == 3);
            ref int place = ref s_flat[1, 1];
            place = 7;
            Require(s_flat[1, 1] == 7);
            s_deep[1, 0, 1] = "deep";
            Require(s_deep[1, 0, 1] == "deep");
            object[,] strings = new string[1, 1];
            strings[0, 0] = "fits";
            Require(Caught<ArrayTypeMismatchException>(() => strings[0, 0] = new object()));
            object[] line = new string[1];
            Require(Caught<ArrayTypeMismatchException>(() => line[0] = new object()) && line[0] is null);
            Require(Caught<IndexOutOfRangeException>(() => s_flat[3, 0] = 1));
            Require(Caught<IndexOutOfRangeException>(static () => Set(new int[1], -1)));
            Require(Caught<NullReferenceException>(static () => ((int[])null!)[(byte)0] = 1));
            var structs = new KeyValuePair<int, int>[1, 2];
            structs[0, 1] = new(1, 2);
            Require(structs[0, 1].Value == 2 && structs[0, 0].Key == 0);
            int[,] based = (int[,])Array.CreateInstance(typeof(int), [2, 2], [5, 5]);
            based[6, 6] = 4;
            Require(based[6, 6] == 4);
        }

        private static void Set(int[] line, sbyte index) => line[index] = 1;

        private static void Filters()
        {
            var box = new Box<int>();
            try
            {
                throw new InvalidOperationException();
            }
            catch (Exception e) when (box.Value++ == 0 && e is InvalidOperationException)
            {
                box.Value++;
            }
            finally
            {
                box.Value++;
            }

            Require(box.Value == 3);
        }

        private static void TailAndConstrained()
        {
            using var list = new List<int> { 1, 2 }.GetEnumerator();
            Require(list.MoveNext());
            Require(Text(DayOfWeek.Friday) == "Friday" && Text("x") == "x");
            var counter = new Counter();
            Bump(ref counter);
            Require(counter.Count == 1);
        }

        private static string? Text<T>(T value) => value!.ToString();

        private static void Bump<T>(ref T counter)
            where T : ICounter => counter.Bump();

        private static void Bits()
        {
            var packed = new Packed { Head = 1, Number = 0x0102030405060708 };
            packed.Number++;
            ref long number = ref packed.Number;
            number++;
            Require(packed.Number == 0x010203040506070A);
            var box = new Box<Packed> { Value = packed };
            box.Value.Number = 5;
            Require(box.Value.Number == 5 && Volatile.Read(ref box.Value.Number) == 5);
        }

        private static void Require(bool condition, [CallerLineNumber] int line = 0)
        {
            if (!condition)
            {
                throw new InvalidOperationException($"What line {line} requires does not hold.");
            }
        }

        private interface IHasLength
        {
            int Length { get; }
        }

        private interface ICounter
        {
            void Bump();
        }

        private struct Counter : ICounter
        {
            public int Count;

            public void Bump() => Count++;
        }

        [StructLayout(LayoutKind.Sequential, Pack = 1)]
        private struct Packed
        {
            public byte Head;
            public long Number;
        }

        private ref struct Reader
        {
            public ReadOnlySpan<char> Rest;
        }

        private readonly ref struct Wrapped(Span<int> span) : IHasLength
        {
            private readonly Span<int> _span = span;

            public int Length => _span.Length;
        }

        private sealed class Box<T>
        {
            public static T? Shared;
            public T Value = default!;
        }

        private sealed class Pointers_
        {
            public int* To;
            public delegate*<int, int> Function;
        }
    }
}
