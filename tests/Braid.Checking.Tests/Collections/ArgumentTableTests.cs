using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;
using Braid.Checking.Rewriting;
using Mono.Cecil;
using OpCodes = System.Reflection.Emit.OpCodes;

namespace Braid.Checking.Tests.Collections;

/// <summary>
/// Compares the table of what .NET's core does to its arguments with what it really does: each public method is called with memory that
/// is checked afterwards.
/// </summary>
public sealed class ArgumentTableTests
{
    private const int Length = 24;

    private static readonly string[] s_namespaces =
    [
        "System", "System.Buffers", "System.Buffers.Binary", "System.Buffers.Text", "System.Collections", "System.Collections.Generic",
        "System.Collections.Concurrent", "System.Collections.ObjectModel", "System.Globalization", "System.IO", "System.Numerics",
        "System.Text", "System.Text.Unicode",
    ];

    // They end the process, reach outside of it, or do not concern arguments.
    private static readonly string[] s_others =
    [
        "Environment", "GC", "AppDomain", "AppContext", "Console", "Activator", "Type", "Delegate", "MulticastDelegate", "File",
        "FileInfo", "Directory", "DirectoryInfo", "FileSystemInfo", "FileStream", "RandomAccess", "UnmanagedMemoryAccessor",
        "UnmanagedMemoryStream", "TypedReference", "ModuleHandle",
    ];

    private static readonly BindingFlags s_public =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void Everything_that_a_method_changes_is_a_write_in_the_table()
    {
        using ModuleDefinition core = ModuleDefinition.ReadModule(typeof(object).Assembly.Location);
        List<string> wrong = [];
        int changing = 0;
        foreach (MethodBase method in Methods())
        {
            IReadOnlyList<ArgumentRule> rules = CoreArguments.Of((MethodDefinition)core.LookupToken(method.MetadataToken));
            foreach ((int argument, int index, object?[] given) in Changes(method))
            {
                changing++;
                ArgumentRule? rule = rules.FirstOrDefault(rule => rule.Argument == argument && rule.IsWrite);
                if (rule is null || !Covers(rule, index, given))
                {
                    string? changed = argument < 0 ? "its object" : method.GetParameters()[argument].Name;
                    wrong.Add($"{method.DeclaringType}.{method} changes {changed} at {index}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
        Assert.True(changing > 500, $"{changing}");
    }

    /// <summary>Where index and count are parameters, the changes lie within them.</summary>
    private static bool Covers(ArgumentRule rule, int index, object?[] given)
    {
        bool inElements = (rule.Use & Memory.ArgumentUse.InBytes) == 0;
        int start = inElements && rule.Start >= 0 ? Convert.ToInt32(given[rule.Start], CultureInfo.InvariantCulture) : 0;
        int count = inElements && rule.Count >= 0 && given[rule.Count] is int or long
            ? Convert.ToInt32(given[rule.Count], CultureInfo.InvariantCulture)
            : Length;
        return index >= start && index < start + count;
    }

    private static IEnumerable<MethodBase> Methods() =>
        from type in typeof(object).Assembly.GetExportedTypes()
        where s_namespaces.Contains(type.Namespace) && !s_others.Contains(type.Name) && !type.IsInterface
            && !typeof(Delegate).IsAssignableFrom(type)
        let closed = Close(type)
        where closed is not null
        from method in closed.GetMembers(s_public).OfType<MethodBase>()
        where !method.IsAbstract && !method.Name.Contains("Unsafe", StringComparison.Ordinal)
            && Array.Exists(method.GetParameters(), parameter => IsMemory(parameter.ParameterType)) | MemoryOf(closed) is not null
        let made = Close(method)
        where made is not null && (made is ConstructorInfo || made.IsStatic || !closed.IsAbstract)
        select made;

    private static Type? Close(Type type)
    {
        try
        {
            return type.ContainsGenericParameters
                ? type.MakeGenericType([.. type.GetGenericArguments().Select(static _ => typeof(int))])
                : type;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static MethodBase? Close(MethodBase method)
    {
        try
        {
            return method is MethodInfo { IsGenericMethodDefinition: true } open
                ? open.MakeGenericMethod([.. open.GetGenericArguments().Select(static _ => typeof(int))])
                : method;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Calls the method, and returns which elements of which argument it has changed.</summary>
    private static List<(int Argument, int Index, object?[] Given)> Changes(MethodBase method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        var given = new object?[parameters.Length];
        bool hasObject = !method.IsStatic && method is not ConstructorInfo;
        object? target = null;
        try
        {
            target = hasObject ? Make(method.DeclaringType!, "", 0) : null;
            for (int i = 0; i < given.Length; i++)
            {
                given[i] = Make(parameters[i].ParameterType, parameters[i].Name!, i + 1);
            }

            Func<object?, object?[], object?> call = Caller(method);
            Array?[] before = [(target as Array)?.Clone() as Array, .. given.Select(static value => (value as Array)?.Clone() as Array)];
            try
            {
                call(target, given);
            }
            catch (Exception e) when (e is not (OutOfMemoryException or InvalidProgramException))
            {
                // Its changes until then count.
            }

            List<(int, int, object?[])> changes = [];
            for (int i = 0; i < before.Length; i++)
            {
                if (before[i] is { Rank: 1 } old && (i == 0 ? target : given[i - 1]) is Array now)
                {
                    changes.AddRange(
                        Enumerable.Range(0, old.Length)
                            .Where(index => !Equals(old.GetValue(index), now.GetValue(index)))
                            .Select(index => (i - 1, index, given)));
                }
            }

            return changes;
        }
        catch (NotSupportedException)
        {
            return [];
        }
    }

    private static bool IsMemory(Type type) => type.IsByRef || type.IsArray || type == typeof(Array) || MemoryOf(type) is not null;

    private static Type? MemoryOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Span<>) || open == typeof(ReadOnlySpan<>) || open == typeof(Memory<>) || open == typeof(ReadOnlyMemory<>)
                || open == typeof(ArraySegment<>))
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>A value for a parameter; for memory, the array that it is made from.</summary>
    private static object? Make(Type type, string name, int seed)
    {
        if (type.IsPointer || type.IsFunctionPointer
            || (type.IsByRef && type.GetElementType() is { } referred && (referred.IsByRefLike || referred.IsPointer)))
        {
            throw new NotSupportedException();
        }

        Type? element = type.IsByRef || type.IsArray ? type.GetElementType() : type == typeof(Array) ? typeof(int) : MemoryOf(type);
        if (element is not null)
        {
            var memory = Array.CreateInstance(element, type.IsByRef ? 1 : Length);
            for (int i = 0; i < memory.Length; i++)
            {
                memory.SetValue(Item(element, i + seed), i);
            }

            return memory;
        }

        if (type.IsByRefLike)
        {
            throw new NotSupportedException();
        }

        return type == typeof(int) || type == typeof(long) || type == typeof(uint)
            ? Convert.ChangeType(
                name.Contains("ount", StringComparison.Ordinal) || name.Contains("ength", StringComparison.Ordinal) ? 6 : 2,
                type,
                CultureInfo.InvariantCulture)
            : type == typeof(MemoryStream) || type == typeof(Stream) ? new MemoryStream("some bytes, more of them"u8.ToArray())
            : type == typeof(BinaryReader) ? new BinaryReader(new MemoryStream("some bytes, more of them"u8.ToArray()))
            : type == typeof(StreamReader) ? new StreamReader(new MemoryStream("some bytes, more of them"u8.ToArray()))
            : type == typeof(StringReader) ? new StringReader("some text, more of it")
            : type == typeof(StringBuilder) ? new StringBuilder("some text")
            : type == typeof(Encoding) ? Encoding.UTF8
            : type == typeof(BufferedStream) ? new BufferedStream(new MemoryStream("some bytes, more of them"u8.ToArray()))
            : Item(type, 5);
    }

    private static object? Item(Type type, int index) =>
        type == typeof(string) ? $"{index}2345678"
        : type == typeof(object) ? index
        : type == typeof(char) ? (char)('1' + ((index * 5) % 9))
        : type == typeof(byte) ? (byte)('1' + ((index * 5) % 9))
        : type == typeof(bool) ? index % 2 == 0
        : type.IsEnum ? Activator.CreateInstance(type)
        : type == typeof(Half) ? (Half)(90 - (3 * index))
        : type == typeof(decimal) || (type.IsPrimitive && type != typeof(nint) && type != typeof(nuint))
            ? Convert.ChangeType(90 - (3 * index), type, CultureInfo.InvariantCulture)
        : type == typeof(Rune) ? new Rune('x')
        : type == typeof(DateTime) ? DateTime.UnixEpoch.AddDays(index)
        : type == typeof(Guid) ? new Guid(index + 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
        : type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type)
        : type.IsAbstract || type.IsArray || typeof(Delegate).IsAssignableFrom(type) ? null
        : type.GetConstructor(Type.EmptyTypes)?.Invoke([]);

    /// <summary>Reflection cannot pass spans.</summary>
    private static Func<object?, object?[], object?> Caller(MethodBase method)
    {
        var caller = new DynamicMethod(
            "Call", typeof(object), [typeof(object), typeof(object[])], typeof(ArgumentTableTests).Module, skipVisibility: true);
        ILGenerator il = caller.GetILGenerator();
        if (!method.IsStatic && method is not ConstructorInfo)
        {
            il.Emit(OpCodes.Ldarg_0);
            Pass(il, method.DeclaringType!, isObject: true);
        }

        foreach (ParameterInfo parameter in method.GetParameters())
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, parameter.Position);
            il.Emit(OpCodes.Ldelem_Ref);
            Pass(il, parameter.ParameterType, isObject: false);
        }

        if (method is ConstructorInfo constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
            il.Emit(OpCodes.Pop);
        }
        else
        {
            il.Emit(method.IsStatic || method.DeclaringType!.IsValueType ? OpCodes.Call : OpCodes.Callvirt, (MethodInfo)method);
            if (((MethodInfo)method).ReturnType != typeof(void))
            {
                il.Emit(OpCodes.Pop);
            }
        }

        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ret);
        return caller.CreateDelegate<Func<object?, object?[], object?>>();
    }

    /// <summary>Converts the array, or the value, to the type of the parameter.</summary>
    private static void Pass(ILGenerator il, Type type, bool isObject)
    {
        if (type.IsByRef)
        {
            il.Emit(OpCodes.Castclass, type.GetElementType()!.MakeArrayType());
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Readonly);
            il.Emit(OpCodes.Ldelema, type.GetElementType()!);
        }
        else if (MemoryOf(type) is { } element)
        {
            il.Emit(OpCodes.Castclass, element.MakeArrayType());
            il.Emit(OpCodes.Newobj, type.GetConstructor([element.MakeArrayType()])!);
            if (isObject)
            {
                LocalBuilder local = il.DeclareLocal(type);
                il.Emit(OpCodes.Stloc, local);
                il.Emit(OpCodes.Ldloca, local);
            }
        }
        else
        {
            il.Emit(isObject && type.IsValueType ? OpCodes.Unbox : type.IsValueType ? OpCodes.Unbox_Any : OpCodes.Castclass, type);
        }
    }
}
