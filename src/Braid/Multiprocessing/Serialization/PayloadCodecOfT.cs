namespace Braid.Multiprocessing;

/// <summary>The way of a declared type. For a reference type it tells null, a second mention and a derived type apart, and leaves the rest to an <see cref="ObjectCodec"/>.</summary>
internal abstract class PayloadCodec<T> : PayloadCodec
{
    private static PayloadCodec<T>? s_instance;       // any thread, by compare-exchange: the first one stays

    public static PayloadCodec<T> Instance => Volatile.Read(ref s_instance) ?? Choose();

    /// <summary>Whether values of the type were written or read already, so that their way can no longer be changed.</summary>
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
