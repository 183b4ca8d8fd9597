namespace Braid.Multiprocessing;

/// <summary>The way of structs that are a row of elements, of which only the first is a field.</summary>
internal sealed class InlineArrayCodec<TArray, T>(int length) : PayloadCodec<TArray>
{
    public override void Write(PayloadWriter writer, TArray value) => Elements<T>.Write(writer, ref Unsafe.As<TArray, T>(ref value), length);

    public override TArray Read(ref PayloadReader reader)
    {
        TArray value = default!;
        Elements<T>.Read(ref reader, ref Unsafe.As<TArray, T>(ref value), length);
        return value;
    }
}
