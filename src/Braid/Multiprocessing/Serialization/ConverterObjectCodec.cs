namespace Braid.Multiprocessing;

/// <summary>The way of objects with a converter.</summary>
internal sealed class ConverterObjectCodec<T>(PayloadConverter<T> converter) : ObjectCodec
    where T : class
{
    public override void Write(PayloadWriter writer, object value) => converter.Write(writer, (T)value);

    public override object Read(ref PayloadReader reader, int number) =>
        converter.Read(ref reader) ?? throw new PayloadException($"The converter registered for {TypeText.Of(typeof(T))} returned null. Nulls do not come to it; let it return an object.");
}
