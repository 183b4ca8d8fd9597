namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="Type"/> values: their names.</summary>
internal sealed class TypeCodec : ObjectCodec
{
    public static TypeCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Type;

    public override bool HasIdentity => false;

    public override void Write(PayloadWriter writer, object value) => writer.WriteName(TypeName.Of((Type)value));

    public override object Read(ref PayloadReader reader, int number) => reader.ReadType();
}
