namespace Braid.Multiprocessing;

/// <summary>The way of structs that go as objects do.</summary>
internal sealed class UnboxedCodec<T>(ObjectCodec way) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => way.Write(writer, value!);

    public override T Read(ref PayloadReader reader) => (T)way.Read(ref reader, ObjectCodec.Unnumbered);
}
