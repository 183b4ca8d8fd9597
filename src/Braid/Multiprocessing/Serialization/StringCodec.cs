namespace Braid.Multiprocessing;

/// <summary>The way of strings, null among them.</summary>
internal sealed class StringCodec : PayloadCodec<string?>
{
    public override void Write(PayloadWriter writer, string? value) => writer.WriteString(value);

    public override string? Read(ref PayloadReader reader) => reader.ReadString();
}
