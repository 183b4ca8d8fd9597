using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Codec for a declared type - of a field, an element, an argument - for callers that know it only at run time.</summary>
internal abstract class PayloadCodec
{
    private static readonly ConcurrentDictionary<Type, PayloadCodec> s_codecs = new();

    public static PayloadCodec Of(Type declared) => s_codecs.TryGetValue(declared, out PayloadCodec? codec) ? codec : OfSlow(declared);

    public abstract void WriteBoxed(PayloadWriter writer, object? value);

    public abstract object? ReadBoxed(ref PayloadReader reader);

    /// <summary>Whether values of such a type were written or read already, so that their codec can no longer be changed.</summary>
    public static bool IsAnyChosen(Func<Type, bool> such) => s_codecs.Keys.Any(such);

    protected static void Note(Type declared, PayloadCodec codec) => s_codecs.TryAdd(declared, codec);

    private static PayloadCodec OfSlow(Type declared)
    {
        PayloadCodec codec = Refusals.IsPointerLike(declared) || declared.IsByRefLike
            ? new RefusedCodec<object>(declared, Refusals.ReasonFor(declared)!)
            : (PayloadCodec)typeof(PayloadCodec<>).MakeGenericType(declared).GetProperty(nameof(PayloadCodec<int>.Instance))!.GetValue(null, BindingFlags.DoNotWrapExceptions, null, null, null)!;
        return s_codecs.GetOrAdd(declared, codec);
    }
}

/// <summary>Codec for a declared type. For a reference type it tells null, a second mention and a derived type apart, and leaves the rest to an <see cref="ObjectCodec"/>.</summary>
internal abstract class PayloadCodec<T> : PayloadCodec
{
    private static PayloadCodec<T>? s_instance;       // any thread, by compare-exchange: the first one stays

    public static PayloadCodec<T> Instance => Volatile.Read(ref s_instance) ?? Choose();

    /// <summary>Whether values of the type were written or read already, so that their codec can no longer be changed.</summary>
    public static bool IsChosen => Volatile.Read(ref s_instance) is not null;

    public abstract void Write(PayloadWriter writer, T value);

    public abstract T Read(ref PayloadReader reader);

    public sealed override void WriteBoxed(PayloadWriter writer, object? value) => Write(writer, (T)value!);

    public sealed override object? ReadBoxed(ref PayloadReader reader) => Read(ref reader);

    private static PayloadCodec<T> Choose()
    {
        PayloadCodec<T> chosen = CodecChoice.ForDeclared<T>();
        chosen = Interlocked.CompareExchange(ref s_instance, chosen, null) ?? chosen;
        Note(typeof(T), chosen);
        return chosen;
    }
}

/// <summary>Codec for the objects of one run-time type; never null, never of a derived type.</summary>
internal abstract class ObjectCodec
{
    private static readonly ConcurrentDictionary<Type, ObjectCodec> s_codecs = new();

    /// <summary>The number of what is not known under one: a value.</summary>
    public const int Unnumbered = -1;

    /// <summary>How the beginning of such an object is marked; more than <see cref="ReferenceKind.Other"/> for those that say themselves what they are.</summary>
    public virtual ReferenceKind Kind => ReferenceKind.Exact;

    /// <summary>Whether a second mention is to be the same object on the other side: not for immutable ones.</summary>
    public virtual bool HasIdentity => true;

    public static ObjectCodec Of(Type type) => s_codecs.TryGetValue(type, out ObjectCodec? codec) ? codec : s_codecs.GetOrAdd(type, CodecChoice.ForObject(type));

    /// <summary>Whether objects of such a type were written or read already, so that their codec can no longer be changed.</summary>
    public static bool IsAnyChosen(Func<Type, bool> such) => s_codecs.Keys.Any(such);

    /// <summary>Refuses an object that cannot travel before anything of it, the name of its type included, is written.</summary>
    public virtual void ThrowIfRefused(object value)
    {
    }

    public abstract void Write(PayloadWriter writer, object value);

    /// <summary>Reads the object.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="number">The number to make it known under as soon as it exists; the caller does so after the return, which is late for circles.</param>
    public abstract object Read(ref PayloadReader reader, int number);
}
