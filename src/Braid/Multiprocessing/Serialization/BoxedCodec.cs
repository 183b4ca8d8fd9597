namespace Braid.Multiprocessing;

/// <summary>The way of a value, or a string, that stands where an object of some other type is declared.</summary>
internal sealed class BoxedCodec(Type type) : ObjectCodec
{
    private readonly PayloadCodec _value = PayloadCodec.Of(type);

    public override bool HasIdentity => false;

    public override void ThrowIfRefused(object value)
    {
        if (Refusals.ReasonFor(type) is { } reason)
        {
            throw PayloadException.CannotTravel(type, reason);
        }
    }

    public override void Write(PayloadWriter writer, object value) => _value.WriteBoxed(writer, value);

    public override object Read(ref PayloadReader reader, int number) => _value.ReadBoxed(ref reader) ?? throw PayloadException.Damaged($"nothing came where a {TypeText.Of(type)} was announced");
}
