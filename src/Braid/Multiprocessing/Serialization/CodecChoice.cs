using System.Reflection;
using System.Text.Json.Serialization;

namespace Braid.Multiprocessing;

/// <summary>Chooses the codec for a type: the first rule that applies wins.</summary>
internal static class CodecChoice
{
    /// <summary>Codec for a declared type.</summary>
    public static PayloadCodec<T> ForDeclared<T>()
    {
        Type type = typeof(T);
        if (!type.IsValueType)
        {
            return Converters.Find(type) is null && type == typeof(string)
                ? (PayloadCodec<T>)(object)new StringCodec()
                : Make<PayloadCodec<T>>(typeof(ReferenceCodec<>), type);
        }

        return (Converters.Find(type) ?? Forms.Find(type)) is PayloadConverter<T> converter ? new ConverterValueCodec<T>(converter)
            : Refusals.ReasonFor(type) is { } reason ? new RefusedCodec<T>(type, reason)
            : !RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? new RawCodec<T>()
            : type == typeof(CancellationToken) ? (PayloadCodec<T>)(object)new CancellationTokenCodec()
            : OfGeneric<T>(type) ?? OfStruct<T>(type);
    }

    /// <summary>Codec for the objects of a run-time type.</summary>
    public static ObjectCodec ForObject(Type type)
    {
        if (Converters.Find(type) is { } converter && !type.IsValueType)
        {
            return converter.ForObjects(type);
        }

        ObjectCodec? itself = type.IsValueType || type == typeof(string) ? new BoxedCodec(type)
            : type.IsAssignableTo(typeof(Delegate)) ? DelegateCodec.Instance
            : type.IsAssignableTo(typeof(Exception)) ? ExceptionCodec.Instance
            : type == typeof(Type).GetType() ? TypeCodec.Instance
            : type.IsAssignableTo(typeof(IShared)) ? SharedCodec.Instance
            : type.IsAssignableTo(typeof(INamedShared)) ? Make<ObjectCodec>(typeof(NamedSharedCodec<>), type)
            : type.IsArray ? OfArray(type)
            : null;
        if (itself is not null)
        {
            return itself;
        }

        ObjectCodec inner = Collections.Find(type) ?? Forms.Find(type)?.ForObjects(type) ?? OfClass(type);
        return Statics.Of(type) is { } statics ? new StaticCodec(type, statics, inner) : inner;
    }

    private static ObjectCodec OfClass(Type type) =>
        DefaultComparerCodec.For(type) is { } comparer ? comparer
        : Refusals.ReasonFor(type) is { } reason ? new RefusedObjectCodec(type, reason)
        : type.IsAbstract ? new RefusedObjectCodec(type, "it is abstract")
        : SerializableCodec.For(type) is { } own ? own
        : Collections.FindBase(type) is { } inherited ? new DerivedCodec(type, inherited.Collection, inherited.Codec)
        : GoesByFields(type) ? new FieldsCodec(type)
        : Make<ObjectCodec>(typeof(JsonObjectCodec<>), type);

    private static PayloadCodec<T> OfStruct<T>(Type type) =>
        type.GetCustomAttribute<InlineArrayAttribute>() is { } inline
            ? Make<PayloadCodec<T>>(
                typeof(InlineArrayCodec<,>),
                [type, type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0].FieldType],
                inline.Length)
        : SerializableCodec.For(type) is { } own ? new UnboxedCodec<T>(own)
        : GoesByFields(type) ? new UnboxedCodec<T>(new FieldsCodec(type))
        : JsonShape.WhyLossy<T>() is { } lossy ? new RefusedCodec<T>(type, lossy)
        : new ConverterValueCodec<T>(JsonShape.Converter<T>());

    private static bool GoesByFields(Type type) =>
        Origin.IsFramework(type) ? Forms.IsPlain(type) : !type.IsDefined(typeof(JsonConverterAttribute), inherit: false);

    private static PayloadCodec<T>? OfGeneric<T>(Type type)
    {
        Type? codec = !type.IsGenericType ? null
            : type.GetGenericTypeDefinition() == typeof(Nullable<>) ? typeof(NullableCodec<>)
            : type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? typeof(PairCodec<,>)
            : type.GetGenericTypeDefinition() == typeof(Compared<,>) ? typeof(ComparedCodec<,>)
            : type.GetGenericTypeDefinition() == typeof(Memory<>) ? typeof(WritableMemoryCodec<>)
            : type.GetGenericTypeDefinition() == typeof(ReadOnlyMemory<>) ? typeof(ReadOnlyMemoryCodec<>)
            : type.GetGenericTypeDefinition() == typeof(ArraySegment<>) ? typeof(ArraySegmentCodec<>)
            : type.GetGenericTypeDefinition() == typeof(System.Buffers.ReadOnlySequence<>) ? typeof(ReadOnlySequenceCodec<>)
            : type.GetGenericTypeDefinition() == typeof(System.Collections.Immutable.ImmutableArray<>) ? typeof(ImmutableArrayCodec<>)
            : null;
        return codec is null ? null : Make<PayloadCodec<T>>(codec, type.GetGenericArguments());
    }

    private static ObjectCodec OfArray(Type type)
    {
        Type element = type.GetElementType()!;
        return Refusals.IsPointerLike(element) ? new RefusedObjectCodec(type, "it holds addresses, which mean nothing in another process.")
            : type.IsSZArray ? Make<ObjectCodec>(typeof(ArrayCodec<>), element)
            : Make<ObjectCodec>(typeof(MultiArrayCodec<>), [element], type.GetArrayRank());
    }

    private static TCodec Make<TCodec>(Type definition, Type argument) => Make<TCodec>(definition, [argument]);

    private static TCodec Make<TCodec>(Type definition, Type[] typeArguments, params object[] arguments) =>
        (TCodec)Activator.CreateInstance(
            definition.MakeGenericType(typeArguments),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions,
            null,
            arguments,
            null)!;
}
