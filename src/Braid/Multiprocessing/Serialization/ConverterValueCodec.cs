namespace Braid.Multiprocessing;

/// <summary>The way of values with a converter.</summary>
internal sealed class ConverterValueCodec<T>(PayloadConverter<T> converter) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => converter.Write(writer, value);

    public override T Read(ref PayloadReader reader) => converter.Read(ref reader);
}
