namespace Braid.Multiprocessing;

/// <summary>The way of the tokens that can never be cancelled; the others belong to their source.</summary>
internal sealed class CancellationTokenCodec : PayloadCodec<CancellationToken>
{
    public override void Write(PayloadWriter writer, CancellationToken value)
    {
        if (value.CanBeCanceled)
        {
            throw PayloadException.CannotTravel(typeof(CancellationToken), "its source is an object of this process, and cancelling that would not be noticed over there. Pass a shared event, or CancellationToken.None.");
        }

        writer.WriteByte(0);
    }

    public override CancellationToken Read(ref PayloadReader reader) =>
        reader.ReadByte() == 0 ? CancellationToken.None : throw PayloadException.Damaged("only the token that is never cancelled travels");
}
