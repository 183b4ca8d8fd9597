using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Codec for a declared type (of a field, an element, an argument), for callers that know the type only at run time.</summary>
internal abstract class PayloadCodec
{
    private static readonly ConcurrentDictionary<Type, PayloadCodec> s_codecs = new();

    public static PayloadCodec Of(Type declared) => s_codecs.TryGetValue(declared, out PayloadCodec? codec) ? codec : OfSlow(declared);

    public abstract void WriteBoxed(PayloadWriter writer, object? value);

    public abstract object? ReadBoxed(ref PayloadReader reader);

    /// <summary>Whether what it reads may be a boxed value: it is declared as <see cref="object"/>, or as an interface.</summary>
    public virtual bool MayReadBoxes => false;

    /// <summary>Whether boxed values can be written in succession, without anything between them.</summary>
    public virtual bool FormsRuns => false;

    /// <summary>Writes boxed values of the type, if they form runs.</summary>
    public virtual void WriteRun(PayloadWriter writer, ReadOnlySpan<object> values) => throw new UnreachableException();

    /// <summary>Reads boxed values of the type, if they form runs.</summary>
    public virtual void ReadRun(ref PayloadReader reader, Span<object> values) => throw new UnreachableException();

    /// <summary>Whether values of any such type have been written or read, so that their codec can no longer be changed.</summary>
    public static bool IsAnyChosen(Func<Type, bool> such) => s_codecs.Keys.Any(such);

    protected static void Note(Type declared, PayloadCodec codec) => s_codecs.TryAdd(declared, codec);

    private static PayloadCodec OfSlow(Type declared)
    {
        PayloadCodec codec = Refusals.IsPointerLike(declared) || declared.IsByRefLike
            ? new RefusedCodec<object>(declared, Refusals.ReasonFor(declared)!)
            : (PayloadCodec)typeof(PayloadCodec<>).MakeGenericType(declared)
                .GetProperty(nameof(PayloadCodec<int>.Instance))!.GetValue(null, BindingFlags.DoNotWrapExceptions, null, null, null)!;
        return s_codecs.GetOrAdd(declared, codec);
    }
}

/// <summary>
/// Codec for a declared type. For a reference type it distinguishes null, a repeated object and a derived type, and leaves the rest to an
/// <see cref="ObjectCodec"/>.
/// </summary>
internal abstract class PayloadCodec<T> : PayloadCodec
{
    // Any thread, by compare-exchange: the first one stays. The exchange publishes the codec with all that its constructor wrote, and the
    // reads acquire it; a thread that reads null too early chooses a codec in vain, and takes the first one from the exchange.
    private static PayloadCodec<T>? s_instance;

    public static PayloadCodec<T> Instance => Volatile.Read(ref s_instance) ?? Choose();

    /// <summary>Whether values of the type have been written or read, so that their codec can no longer be changed.</summary>
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

/// <summary>Codec for the objects of exactly one run-time type: never null, never a derived type.</summary>
internal abstract class ObjectCodec
{
    private static readonly ConcurrentDictionary<Type, ObjectCodec> s_codecs = new();

    /// <summary>The number of an object that has none: a value.</summary>
    public const int Unnumbered = -1;

    /// <summary>
    /// The marker at the beginning of such an object; above <see cref="ReferenceKind.Other"/> for objects whose bytes name their own type.
    /// </summary>
    public virtual ReferenceKind Kind => ReferenceKind.Exact;

    /// <summary>Whether a second reference to it must be the same object in the receiver; not so for immutable ones.</summary>
    public virtual bool HasIdentity => true;

    public static ObjectCodec Of(Type type) =>
        s_codecs.TryGetValue(type, out ObjectCodec? codec) ? codec : s_codecs.GetOrAdd(type, CodecChoice.ForObject(type));

    /// <summary>Whether objects of any such type have been written or read, so that their codec can no longer be changed.</summary>
    public static bool IsAnyChosen(Func<Type, bool> such) => s_codecs.Keys.Any(such);

    /// <summary>Refuses an object that cannot travel before any of it, including the name of its type, is written.</summary>
    public virtual void ThrowIfRefused(object value)
    {
    }

    public abstract void Write(PayloadWriter writer, object value);

    /// <summary>Reads the object.</summary>
    /// <param name="reader">The source.</param>
    /// <param name="number">
    /// The number under which to register the object as soon as it exists. The caller registers it after the return, which is too late for
    /// cycles.
    /// </param>
    public abstract object Read(ref PayloadReader reader, int number);
}
