using Braid.Checking.Memory;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What methods of .NET that are not rewritten do to the arrays, spans, references and collections that they are given.</summary>
/// <remarks>
/// .NET names its parameters by rules, so nearly everything follows from types and names: what is read-only is read; an <c>out</c> is
/// written; a span that could be read-only and is not is written; an array is read unless its name says that it is a destination. The
/// tables below hold the exceptions. A test calls each method with memory and checks whether the memory has changed.
/// </remarks>
internal static class CoreArguments
{
    private const string MemoryMarshal = "System.Runtime.InteropServices.MemoryMarshal";
    private const string Unsafe = "System.Runtime.CompilerServices.Unsafe";
    private const string Extensions = "System.MemoryExtensions";

    // These types pass memory on without accessing it: their constructors and conversions make one form out of another, and so on. The
    // members listed are those that do access it.
    private static readonly Dictionary<string, string[]> s_passOn = new()
    {
        [Unsafe] = ["Copy", "CopyBlock", "CopyBlockUnaligned", "InitBlock", "InitBlockUnaligned", "ReadUnaligned", "WriteUnaligned"],
        [MemoryMarshal] = ["Read", "Write", "TryRead", "TryWrite"],
        ["System.Runtime.CompilerServices.RuntimeHelpers"] = ["GetSubArray"],
        ["System.Runtime.InteropServices.CollectionsMarshal"] = [],
        ["System.Span`1"] = ["CopyTo", "TryCopyTo", "ToArray", "ToString", "Fill", "Clear"],
        ["System.ReadOnlySpan`1"] = ["CopyTo", "TryCopyTo", "ToArray", "ToString", "CastUp"],
        ["System.Memory`1"] = ["CopyTo", "TryCopyTo", "ToArray", "ToString"],
        ["System.ReadOnlyMemory`1"] = ["CopyTo", "TryCopyTo", "ToArray", "ToString"],
        ["System.ArraySegment`1"] = ["CopyTo", "ToArray", "get_Item", "set_Item"],
        ["System.GC"] = [],
        ["System.Buffers.ArrayPool`1"] = [],
        ["System.Threading.Interlocked"] = [],
        ["System.Threading.Volatile"] = [],
        ["System.Threading.LazyInitializer"] = [],
        ["System.Threading.Thread"] = [],
    };

    // Members that only keep what they are given, or make something of it that reads it later.
    private static readonly HashSet<string> s_keeping =
    [
        "System.Array.AsReadOnly", "System.Array.GetEnumerator", "System.Buffer.ByteLength",
        "System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement", "System.IO.Stream.ValidateBufferArguments",
        "System.IO.Stream.Synchronized", "System.IO.TextReader.Synchronized", "System.IO.TextWriter.Synchronized",
        "System.IO.TextWriter.CreateBroadcasting",
        "System.IO.MemoryStream..ctor", "System.IO.StringWriter..ctor",
        "System.Collections.ObjectModel.ReadOnlyCollection`1..ctor", "System.Collections.ObjectModel.Collection`1..ctor",
        "System.Collections.ObjectModel.ReadOnlyDictionary`2..ctor", "System.Collections.ObjectModel.ReadOnlySet`1..ctor",
        "System.Collections.Generic.CollectionExtensions.AsReadOnly",
        "System.Collections.ArrayList.Adapter", "System.Collections.ArrayList.FixedSize",
        "System.Collections.ArrayList.ReadOnly", "System.Collections.ArrayList.Synchronized",
        "System.Collections.Hashtable.Synchronized", "System.Collections.Queue.Synchronized",
        "System.Collections.Stack.Synchronized", "System.Collections.SortedList.Synchronized",
        "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler..ctor",
        $"{Extensions}/TryWriteInterpolatedStringHandler..ctor", "System.Text.StringBuilder/AppendInterpolatedStringHandler..ctor",
        "System.Text.Unicode.Utf8/TryWriteInterpolatedStringHandler..ctor",
        "System.Collections.Generic.Dictionary`2/KeyCollection..ctor",
        "System.Collections.Generic.Dictionary`2/ValueCollection..ctor",
        "System.Collections.ObjectModel.ReadOnlyObservableCollection`1..ctor",
        "System.Runtime.CompilerServices.FormattableStringFactory.Create", "System.Buffers.ReadOnlySequence`1..ctor",
        $"{Extensions}.AsSpan", $"{Extensions}.AsMemory", $"{Extensions}.EnumerateRunes", $"{Extensions}.EnumerateLines",
        $"{Extensions}.Overlaps", "System.Nullable.GetValueRefOrDefaultRef",
    ];

    // The members of MemoryExtensions that write a span; all others only read it.
    private static readonly HashSet<string> s_writingExtensions =
    [
        "CopyTo", "Replace", "ReplaceAny", "ReplaceAnyExcept", "Reverse", "Sort", "Split", "SplitAny", "ToLower", "ToLowerInvariant",
        "ToUpper", "ToUpperInvariant", "TryWrite",
    ];

    // Members that change an array in place.
    private static readonly HashSet<string> s_changing =
    [
        "System.Array.Clear", "System.Array.Fill", "System.Array.Reverse", "System.Array.Sort", "System.Array.Initialize",
        "System.Array.SetValue", "System.Random.NextBytes", "System.Random.Shuffle", "System.Buffer.SetByte",
        "System.ArraySegment`1.set_Item", "System.Span`1.Fill", "System.Span`1.Clear",
        "System.Security.Cryptography.RandomNumberGenerator.GetBytes",
        "System.Security.Cryptography.RandomNumberGenerator.GetNonZeroBytes",
    ];

    private static readonly HashSet<string> s_destinations =
        ["destination", "utf8Destination", "dst", "dest", "destinationArray", "outArray", "outputBuffer", "output"];

    // Members in which numbers after an array are not a range of it.
    private static readonly HashSet<string> s_whole =
    [
        "System.String.IndexOfAny", "System.String.LastIndexOfAny", "System.String.Split", "System.Random.GetItems",
        "System.Array.CreateInstance",
    ];

    // Static members whose first argument is a collection that they change.
    private static readonly HashSet<string> s_changingCollections =
    [
        "System.Collections.Generic.CollectionExtensions.AddRange", "System.Collections.Generic.CollectionExtensions.InsertRange",
        "System.Collections.Generic.CollectionExtensions.Remove", "System.Collections.Generic.CollectionExtensions.TryAdd",
    ];

    private static readonly HashSet<string> s_sized =
        ["System.Buffers.Binary.BinaryPrimitives", "System.BitConverter", "System.Guid", MemoryMarshal];

    /// <summary>What a call does to the memory that it is given, in the order of its arguments; empty if nothing.</summary>
    public static IReadOnlyList<ArgumentRule> Of(MethodDefinition method)
    {
        string type = method.DeclaringType.FullName;
        string name = $"{type}.{method.Name}";
        bool passesOn = s_keeping.Contains(name)
            || (s_passOn.TryGetValue(type, out string[]? accessing) && !accessing.Contains(method.Name))
            || IsBuilder(type);
        List<ArgumentRule> rules = [.. passesOn ? [] : OfThis(method, name)];
        for (int i = 0; i < method.Parameters.Count; i++)
        {
            ParameterDefinition parameter = method.Parameters[i];
            MemoryKind kind = KindOf(parameter.ParameterType);
            if (kind != MemoryKind.None
                && !(kind == MemoryKind.Object && method.IsConstructor)
                && (!passesOn || (parameter.IsOut && kind == MemoryKind.Place)))
            {
                rules.Add(WithRange(new ArgumentRule(i, kind, UseOf(method, name, parameter, kind)), method, name));
            }
        }

        if (name == "System.Array.Resize")
        {
            rules.Insert(0, new ArgumentRule(0, MemoryKind.ArrayBehind, ArgumentUse.Read));
        }

        return rules.TrueForAll(static rule => !rule.AsMany) ? rules.FindAll(static rule => !rule.IsMeasured) : rules;
    }

    /// <summary>The form in which a parameter of this type gives a method memory.</summary>
    public static MemoryKind KindOf(TypeReference given)
    {
        TypeReference type = FieldsOf.Plain(given);
        return type switch
        {
            ArrayType { IsVector: true } => MemoryKind.Array,
            ArrayType => MemoryKind.AnyArray,
            ByReferenceType reference => IsRefStruct(reference.ElementType) ? MemoryKind.None : MemoryKind.Place,
            _ => type.GetElementType().FullName switch
            {
                "System.Array" => MemoryKind.AnyArray,
                "System.Span`1" => MemoryKind.Span,
                "System.ReadOnlySpan`1" => MemoryKind.ReadOnlySpan,
                "System.Memory`1" => MemoryKind.Memory,
                "System.ReadOnlyMemory`1" => MemoryKind.ReadOnlyMemory,
                "System.ArraySegment`1" => MemoryKind.Segment,
                _ when PlainCollections.Matches(type) => MemoryKind.Collection,
                _ when PlainObjects.Matches(type) => MemoryKind.Object,
                _ => MemoryKind.None,
            },
        };
    }

    private static bool IsRefStruct(TypeReference type) =>
        KindOf(type) is MemoryKind.Span or MemoryKind.ReadOnlySpan
        || (type.IsValueType && !type.IsPrimitive && type.Resolve() is { } definition && FieldsOf.IsRefStruct(definition));

    /// <summary>Whether the type is one that the compiler uses to run async methods, and that moves their state.</summary>
    private static bool IsBuilder(string type) =>
        (type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)
            && type.Contains("MethodBuilder", StringComparison.Ordinal))
        || type.StartsWith("System.Runtime.InteropServices.Marshalling.", StringComparison.Ordinal);

    private static IEnumerable<ArgumentRule> OfThis(MethodDefinition method, string name)
    {
        if (!method.HasThis || method.IsConstructor)
        {
            yield break;
        }

        MemoryKind kind = KindOf(method.DeclaringType);
        ArgumentUse use = s_changing.Contains(name) ? ArgumentUse.Write : ArgumentUse.Read;
        if (kind == MemoryKind.AnyArray)
        {
            bool isElement = method.Name is "GetValue" or "SetValue";
            int index = method.Parameters.Count - 1;
            if (isElement && method.Parameters.Count == (method.Name == "GetValue" ? 1 : 2) && IsNumber(method.Parameters[index]))
            {
                yield return new ArgumentRule(ArgumentRule.This, kind, use) { Start = index, IsOne = true };
            }
            else if (method.Name is "CopyTo" or "Clone" or "Initialize")
            {
                yield return new ArgumentRule(ArgumentRule.This, kind, use);
            }
        }
        else if (kind is not (MemoryKind.None or MemoryKind.Collection or MemoryKind.Object))
        {
            bool isElement = method.Name is "get_Item" or "set_Item";
            yield return new ArgumentRule(ArgumentRule.This, kind, use) { Start = isElement ? 0 : ArgumentRule.None, IsOne = isElement };
        }
        else if (method.Name is "CopyTo" or "TryCopyTo" && !method.DeclaringType.IsValueType)
        {
            yield return new ArgumentRule(ArgumentRule.This, MemoryKind.Collection, ArgumentUse.Read) { IsMeasured = true };
        }
    }

    private static ArgumentUse UseOf(MethodDefinition method, string name, ParameterDefinition parameter, MemoryKind kind)
    {
        bool writes = kind switch
        {
            MemoryKind.ReadOnlySpan or MemoryKind.ReadOnlyMemory => false,
            MemoryKind.Place => !IsReadOnly(parameter),
            MemoryKind.Object => true,
            MemoryKind.Collection => parameter.Index == 0 && s_changingCollections.Contains(name),
            MemoryKind.Span or MemoryKind.Memory => !name.StartsWith("System.Numerics.Vector`1..ctor", StringComparison.Ordinal)
                && (method.DeclaringType.FullName != Extensions || s_writingExtensions.Contains(method.Name)),
            _ => s_changing.Contains(name) || s_destinations.Contains(parameter.Name) || IsFilled(method, parameter),
        };
        return writes ? ArgumentUse.Write : ArgumentUse.Read;
    }

    /// <summary>
    /// Whether an array takes the method's output: a buffer that is read into, the target of a copy, the bytes that characters become.
    /// </summary>
    private static bool IsFilled(MethodDefinition method, ParameterDefinition parameter) => method.Name switch
    {
        "CopyTo" or "TryCopyTo" or "ReadArray" => parameter.Name == "array",
        "GetBytes" or "GetChars" or "Convert" => method.Parameters.Take(parameter.Index).Any(static earlier =>
            KindOf(earlier.ParameterType) != MemoryKind.None || earlier.ParameterType.MetadataType == MetadataType.String),
        _ => parameter.Name == "buffer" && (method.Name.StartsWith("Read", StringComparison.Ordinal) || method.Name == "BeginRead"),
    };

    private static bool IsReadOnly(ParameterDefinition parameter) =>
        !parameter.IsOut
        && (parameter.IsIn
            || parameter.ParameterType is RequiredModifierType
            || parameter.CustomAttributes.Any(static attribute =>
                attribute.AttributeType.Name is "IsReadOnlyAttribute" or "RequiresLocationAttribute"));

    private static ArgumentRule WithRange(ArgumentRule rule, MethodDefinition method, string name)
    {
        if (rule.Kind is MemoryKind.Collection or MemoryKind.Object || s_whole.Contains(name)
            || method.Name.EndsWith("InPlace", StringComparison.Ordinal))
        {
            return rule;
        }

        string type = method.DeclaringType.FullName;
        if (rule.Kind == MemoryKind.Place)
        {
            return type != Unsafe ? rule
                : Find(method, "byteCount", 0) is >= 0 and int bytes ? rule with { Use = rule.Use | ArgumentUse.InBytes, Count = bytes }
                : method.Name is not ("ReadUnaligned" or "WriteUnaligned") ? rule
                : rule with { Use = rule.Use | ArgumentUse.InBytes, SizeOf = method.GenericParameters[0] };
        }

        (int start, int count) = rule.Kind is MemoryKind.Array or MemoryKind.AnyArray
            ? RangeOf(method, rule.Argument)
            : (ArgumentRule.None, CountOf(method, rule.Argument));
        bool isBackwards = start >= 0 && method.Name.Contains("LastIndex", StringComparison.Ordinal);
        rule = rule with { Start = start, Count = count, Backwards = isBackwards };
        if (type == "System.Buffer")
        {
            rule = rule with { Use = rule.Use | ArgumentUse.InBytes, IsOne = count < 0 };
        }

        if (rule.IsWrite && Written(method, method.Parameters[rule.Argument]) is { } written)
        {
            return rule with { Count = written, IsReturned = written < 0, Use = rule.Use | ArgumentUse.Later };
        }

        return count >= 0 ? rule
            : SizeOf(method, type, rule.Start) is { } sized ? rule with { SizeOf = sized, Use = rule.Use | ArgumentUse.InBytes }
            : rule with { AsMany = rule.IsWrite && IsCopy(method.Name) && !IsOnly(method, rule.Argument) };
    }

    private static bool IsCopy(string name) =>
        name is "CopyTo" or "TryCopyTo" or "Replace" or "ReplaceAny" or "ReplaceAnyExcept" or "ReverseEndianness";

    /// <summary>
    /// The parameter that holds, after the call, how much was written there; <see cref="ArgumentRule.None"/> if the call returns that; null
    /// if neither does.
    /// </summary>
    private static int? Written(MethodDefinition method, ParameterDefinition parameter)
    {
        int written = Find(method, $"{parameter.Name}Used", 0);
        if (written < 0)
        {
            written = method.Parameters.FirstOrDefault(static other =>
                other.ParameterType is ByReferenceType { ElementType.MetadataType: MetadataType.Int32 }
                && other.Name.EndsWith("Written", StringComparison.Ordinal))?.Index ?? ArgumentRule.None;
        }

        bool isReturned = method.ReturnType.MetadataType == MetadataType.Int32 && method.Name is not ("BinarySearch" or "IndexOf");
        return written >= 0 ? written : isReturned ? ArgumentRule.None : null;
    }

    /// <summary>The type of the value that is written to the bytes, or read from them.</summary>
    private static TypeReference? SizeOf(MethodDefinition method, string type, int start)
    {
        if (start < 0 && method.HasThis && IsCopy(method.Name) && type.StartsWith("System.Numerics.Vector", StringComparison.Ordinal))
        {
            return method.DeclaringType;
        }

        if (!s_sized.Contains(type) || method.Name == "ToString" || method.IsConstructor)
        {
            return null;
        }

        ParameterDefinition? value = method.Parameters.FirstOrDefault(static parameter =>
            parameter.Name == "value" && KindOf(parameter.ParameterType) is MemoryKind.None or MemoryKind.Place);
        return type == "System.Guid" ? (method.Name == "TryWriteBytes" ? method.DeclaringType : null)
            : value is not null
                ? (FieldsOf.Plain(value.ParameterType) is ByReferenceType reference ? reference.ElementType : value.ParameterType)
            : StackEffect.IsVoid(method.ReturnType) ? null
            : method.ReturnType;
    }

    /// <summary>Whether neither the object nor an earlier argument is memory that the argument could be as long as.</summary>
    private static bool IsOnly(MethodDefinition method, int argument) =>
        !method.HasThis
        && !method.Parameters.Take(argument).Any(static earlier =>
            KindOf(earlier.ParameterType) is not (MemoryKind.None or MemoryKind.Place));

    /// <summary>Start and count follow the memory, or follow all memory of the method, which then shares them.</summary>
    private static (int Start, int Count) RangeOf(MethodDefinition method, int argument)
    {
        int next = argument + 1;
        int start = next < method.Parameters.Count && IsStart(method.Parameters[next]) ? next++ : ArgumentRule.None;
        int count = next < method.Parameters.Count && IsCount(method.Parameters[next]) ? next : ArgumentRule.None;
        if (start < 0 && count < 0)
        {
            start = Find(method, "index", next) is >= 0 and int index ? index : Find(method, "startIndex", next);
        }

        if (count < 0)
        {
            count = Find(method, "length", next) is >= 0 and int length ? length : Find(method, "count", next);
        }

        return (start, count);
    }

    /// <summary>A span or the like already is a part, and so has no start.</summary>
    private static int CountOf(MethodDefinition method, int argument) =>
        argument + 1 < method.Parameters.Count
        && method.Parameters[argument + 1] is { Name: "count" or "length" } next && IsNumber(next)
            ? argument + 1
            : ArgumentRule.None;

    private static bool IsStart(ParameterDefinition parameter) =>
        IsNumber(parameter)
        && (parameter.Name is "index" or "start" or "offset" or "offsetIn" or "offsetOut"
            || parameter.Name.EndsWith("Index", StringComparison.Ordinal)
            || parameter.Name.EndsWith("Offset", StringComparison.Ordinal));

    private static bool IsCount(ParameterDefinition parameter) =>
        IsNumber(parameter)
        && (parameter.Name is "length" or "count"
            || parameter.Name.EndsWith("Length", StringComparison.Ordinal)
            || parameter.Name.EndsWith("Count", StringComparison.Ordinal));

    private static bool IsNumber(ParameterDefinition parameter) =>
        parameter.ParameterType.MetadataType is MetadataType.Int32 or MetadataType.Int64;

    private static int Find(MethodDefinition method, string name, int from)
    {
        for (int i = from; i < method.Parameters.Count; i++)
        {
            if (method.Parameters[i].Name == name
                && FieldsOf.Plain(method.Parameters[i].ParameterType) is { } type && (type.IsPrimitive || type.IsByReference))
            {
                return i;
            }
        }

        return ArgumentRule.None;
    }
}
