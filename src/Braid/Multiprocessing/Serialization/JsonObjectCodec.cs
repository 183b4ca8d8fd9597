namespace Braid.Multiprocessing;

/// <summary>The way of objects that go by JSON, or are refused because it would lose something.</summary>
internal sealed class JsonObjectCodec<T> : ObjectCodec
    where T : class
{
    private readonly string? _lossy = JsonShape.WhyLossy<T>();
    private readonly PayloadConverter<T> _converter = JsonShape.Converter<T>();

    public override void ThrowIfRefused(object value)
    {
        if (_lossy is not null)
        {
            throw PayloadException.CannotTravel(typeof(T), _lossy);
        }
    }

    public override void Write(PayloadWriter writer, object value)
    {
        ThrowIfRefused(value);
        _converter.Write(writer, (T)value);
    }

    public override object Read(ref PayloadReader reader, int number) =>
        _lossy is null ? _converter.Read(ref reader) ?? throw PayloadException.Damaged($"nothing came where a {TypeText.Of(typeof(T))} was announced")
        : throw PayloadException.CannotTravel(typeof(T), _lossy);
}
