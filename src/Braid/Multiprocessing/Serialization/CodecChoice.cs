using System.Reflection;
using System.Text.Json.Serialization;

namespace Braid.Multiprocessing;

/// <summary>Decides which way a type takes; the first rule that fits.</summary>
internal static class CodecChoice
{
    private static readonly Type[] s_plainTypesOfDotNet =
    [
        typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>),
        typeof(ValueTuple<,,,,,,>), typeof(ValueTuple<,,,,,,,>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>), typeof(Tuple<,,,,>),
        typeof(Tuple<,,,,,>), typeof(Tuple<,,,,,,>), typeof(Tuple<,,,,,,,>), typeof(KeyValuePair<,>), typeof(StrongBox<>), typeof(object), typeof(DBNull), typeof(EventArgs),
    ];

    /// <summary>The way of a declared type.</summary>
    public static PayloadCodec<T> ForDeclared<T>()
    {
        Type type = typeof(T);
        if (!type.IsValueType)
        {
            return Converters.Find(type) is null && type == typeof(string) ? (PayloadCodec<T>)(object)new StringCodec() : Make<PayloadCodec<T>>(typeof(ReferenceCodec<>), type);
        }

        return Converters.Find(type) is PayloadConverter<T> converter ? new ConverterValueCodec<T>(converter)
            : Refusals.ReasonFor(type) is { } reason ? new RefusedCodec<T>(type, reason)
            : !RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? new RawCodec<T>()
            : type == typeof(CancellationToken) ? (PayloadCodec<T>)(object)new CancellationTokenCodec()
            : OfGeneric<T>(type) ?? (GoesByFields(type) ? new FieldsValueCodec<T>()
            : JsonShape.WhyLossy<T>() is { } lossy ? new RefusedCodec<T>(type, lossy)
            : new ConverterValueCodec<T>(JsonShape.Converter<T>()));
    }

    /// <summary>The way of the objects of a run-time type.</summary>
    public static ObjectCodec ForObject(Type type) =>
        Converters.Find(type) is { } converter && !type.IsValueType ? Make<ObjectCodec>(typeof(ConverterObjectCodec<>), converter.GetType().GetGenericArguments()[0], converter)
        : type.IsValueType || type == typeof(string) ? new BoxedCodec(type)
        : type.IsAssignableTo(typeof(Delegate)) ? DelegateCodec.Instance
        : type.IsAssignableTo(typeof(Exception)) ? ExceptionCodec.Instance
        : type.IsAssignableTo(typeof(Type)) ? TypeCodec.Instance
        : type.IsAssignableTo(typeof(IShared)) ? SharedCodec.Instance
        : type.IsAssignableTo(typeof(INamedShared)) ? Make<ObjectCodec>(typeof(NamedSharedCodec<>), type)
        : type.IsArray ? OfArray(type)
        : OfCollection(type) ?? (Refusals.ReasonFor(type) is { } reason ? new RefusedObjectCodec(type, reason)
        : type.IsAbstract ? new RefusedObjectCodec(type, "it is abstract")
        : GoesByFields(type) ? new FieldsObjectCodec(type)
        : Make<ObjectCodec>(typeof(JsonObjectCodec<>), type));

    private static bool GoesByFields(Type type) =>
        !type.IsDefined(typeof(JsonConverterAttribute), inherit: false) && !type.IsDefined(typeof(InlineArrayAttribute), inherit: false)
        && (!Origin.IsFramework(type) || Array.IndexOf(s_plainTypesOfDotNet, type.IsGenericType ? type.GetGenericTypeDefinition() : type) >= 0);

    private static PayloadCodec<T>? OfGeneric<T>(Type type)
    {
        Type? codec = !type.IsGenericType ? null
            : type.GetGenericTypeDefinition() == typeof(Nullable<>) ? typeof(NullableCodec<>)
            : type.GetGenericTypeDefinition() == typeof(Memory<>) ? typeof(WritableMemoryCodec<>)
            : type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>) ? typeof(ReadOnlyMemoryCodec<>)
            : type.GetGenericTypeDefinition() == typeof(ArraySegment<>) ? typeof(ArraySegmentCodec<>)
            : type.GetGenericTypeDefinition() == typeof(System.Collections.Immutable.ImmutableArray<>) ? typeof(ImmutableArrayCodec<>)
            : null;
        return codec is null ? null : Make<PayloadCodec<T>>(codec, type.GetGenericArguments()[0]);
    }

    private static ObjectCodec OfArray(Type type)
    {
        Type element = type.GetElementType()!;
        return Refusals.IsPointerLike(element) ? new RefusedObjectCodec(type, "it holds addresses, which mean nothing in another process.")
            : type.IsSZArray ? Make<ObjectCodec>(typeof(ArrayCodec<>), element)
            : Make<ObjectCodec>(typeof(MultiArrayCodec<>), element, type.GetArrayRank());
    }

    private static ObjectCodec? OfCollection(Type type)
    {
        if (!type.IsGenericType || !Origin.IsFramework(type))
        {
            return null;
        }

        Type[] arguments = type.GetGenericArguments();
        Type? codec = type.GetGenericTypeDefinition() switch
        {
            Type list when list == typeof(List<>) => typeof(ListCodec<>),
            Type set when set == typeof(HashSet<>) => typeof(HashSetCodec<>),
            Type set when set == typeof(SortedSet<>) => typeof(SortedSetCodec<>),
            Type map when map == typeof(Dictionary<,>) => typeof(DictionaryCodec<,>),
            Type map when map == typeof(SortedDictionary<,>) => typeof(SortedDictionaryCodec<,>),
            Type map when map == typeof(SortedList<,>) => typeof(SortedListCodec<,>),
            Type map when map == typeof(System.Collections.Concurrent.ConcurrentDictionary<,>) => typeof(ConcurrentDictionaryCodec<,>),
            _ => null,
        };
        return codec is not null ? (ObjectCodec)Activator.CreateInstance(codec.MakeGenericType(arguments))!
            : arguments.Length == 1 ? (ObjectCodec?)typeof(Sequences<>).MakeGenericType(arguments).GetMethod(nameof(Sequences<int>.CodecFor))!.Invoke(null, [type])
            : null;
    }

    private static TCodec Make<TCodec>(Type definition, Type argument, params object[] arguments) =>
        (TCodec)Activator.CreateInstance(definition.MakeGenericType(argument), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, arguments, null)!;
}
