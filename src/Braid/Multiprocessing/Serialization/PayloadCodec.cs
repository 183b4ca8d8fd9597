using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The way of a declared type - of a field, an element, an argument - for callers that know it only at run time.</summary>
internal abstract class PayloadCodec
{
    private static readonly ConcurrentDictionary<Type, PayloadCodec> s_codecs = new();

    public static PayloadCodec Of(Type declared) => s_codecs.TryGetValue(declared, out PayloadCodec? codec) ? codec : OfSlow(declared);

    public abstract void WriteBoxed(PayloadWriter writer, object? value);

    public abstract object? ReadBoxed(ref PayloadReader reader);

    /// <summary>Whether values of such a type were written or read already, so that their way can no longer be changed.</summary>
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
