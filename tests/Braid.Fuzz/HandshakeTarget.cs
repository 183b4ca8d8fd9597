using System.Text;
using Braid.Multiprocessing;

namespace Braid.Fuzz;

/// <summary>
/// Either side of the handshake. The input says, message by message, what a peer that knows the key makes of its next message: sends it,
/// sends it with a byte changed, or sends other bytes instead.
/// </summary>
internal sealed class HandshakeTarget : Target
{
    private const int MostMessages = 6;

    private static readonly string[] s_texts =
        ["", "#CHALLENGE#", "{sha256}", "#WELCOME#", "#FAILURE#", "#CHALLENGE#{sha3_384}01234567890123456789", "0123456789abcdef"];

    private static ReadOnlySpan<byte> Key => "a key for tests"u8;

    public override string Name => "handshakes";

    public override IEnumerable<byte[]> Seeds() =>
        from roles in Enumerable.Range(0, 4)
        from honest in Enumerable.Range(0, 4)
        from text in s_texts
        select (byte[])[(byte)roles, .. new byte[honest], 2, (byte)text.Length, .. Encoding.ASCII.GetBytes(text), 0, 1, 9, 1, 0, 0];

    public override void Run(byte[] input)
    {
        int position = 0;
        int roles = Next();
        bool allowsLegacy = (roles & 2) != 0;
        bool isListener = (roles & 1) != 0;
        Handshake side = isListener ? Handshake.OfListener(Key, allowsLegacy) : Handshake.OfClient(Key, allowsLegacy);
        Handshake peer = isListener ? Handshake.OfClient(Key, allowsLegacy: true) : Handshake.OfListener(Key, allowsLegacy: true);
        bool isProved = true;
        byte[]? honest = peer.Reply;
        for (int message = 0; message < MostMessages && side.Failure is null && !side.IsComplete; message++)
        {
            if (side.Reply is { } reply)
            {
                peer.Take(reply);
                honest = peer.Reply;
            }

            byte[] sent = Changed(honest ?? []);
            isProved &= honest is null || !honest.AsSpan().StartsWith("{"u8) || sent.AsSpan().SequenceEqual(honest);
            side.Take(sent);
            honest = null;
            Check(side.Reply is null || side.Reply.Length <= Handshake.LongestMessage, "The reply is longer than a message may be.");
            if (peer.Failure is not null)
            {
                break;
            }
        }

        Check(isProved || !side.IsComplete, "A handshake is complete without the proof.");

        byte[] Changed(byte[] message)
        {
            switch (Next() % 3)
            {
                case 1 when message.Length > 0:
                    byte[] changed = [.. message];
                    changed[Next() % changed.Length] ^= Next();
                    return changed;
                case 2:
                    return [.. Enumerable.Range(0, Next()).Select(_ => Next())];
                default:
                    return message;
            }
        }

        byte Next() => position < input.Length ? input[position++] : (byte)0;
    }
}
