using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>The way of the objects of one run-time type; never null, never of a derived type.</summary>
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

    /// <summary>Whether objects of such a type were written or read already, so that their way can no longer be changed.</summary>
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
