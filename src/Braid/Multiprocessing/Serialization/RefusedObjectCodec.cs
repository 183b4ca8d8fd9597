namespace Braid.Multiprocessing;

/// <summary>The way of objects that stay in their process: none.</summary>
internal sealed class RefusedObjectCodec(Type type, string reason) : ObjectCodec
{
    public override void ThrowIfRefused(object value) => throw PayloadException.CannotTravel(type, reason);

    public override void Write(PayloadWriter writer, object value) => ThrowIfRefused(value);

    public override object Read(ref PayloadReader reader, int number) => throw PayloadException.CannotTravel(type, reason);
}
