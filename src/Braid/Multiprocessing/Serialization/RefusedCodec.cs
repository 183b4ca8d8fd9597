namespace Braid.Multiprocessing;

/// <summary>The way of values that stay in their process: none.</summary>
internal sealed class RefusedCodec<T>(Type type, string reason) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => throw PayloadException.CannotTravel(type, reason);

    public override T Read(ref PayloadReader reader) => throw PayloadException.CannotTravel(type, reason);
}
