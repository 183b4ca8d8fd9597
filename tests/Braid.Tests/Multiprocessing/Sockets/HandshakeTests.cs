using System.Text;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The handshake without I/O: CPython's vectors and recorded sessions, and peers that do not know the key.</summary>
public sealed class HandshakeTests : TimedTest
{
    private static readonly byte[] s_legacyMessage = [.. Enumerable.Range(0, 20).Select(static number => (byte)number)];
    private static readonly byte[] s_modernMessage = [.. "{sha256}"u8, .. Enumerable.Range(0, 40).Select(static number => (byte)number)];

    private static ReadOnlySpan<byte> Key => "secret"u8;

    [Fact]
    public void The_macs_are_those_of_cpython()
    {
        Assert.Equal("7defa9cc46abc3583325d17ccda75190", Hex(Handshake.Mac(Key, "md5"u8, s_legacyMessage)));
        Assert.Equal("8e48d2bb349b4b72b9382999ed5b62eb", Hex(Handshake.Mac(Key, "md5"u8, s_modernMessage)));
        Assert.Equal("fc57fbe650d6124b98215e7b5d197d5807ad69982d275a9735ea2d56f1fa6989", Hex(Handshake.Mac(Key, "sha256"u8, s_modernMessage)));
    }

    [Fact]
    public void A_client_answers_the_challenges_of_both_dialects()
    {
        Assert.Equal("7defa9cc46abc3583325d17ccda75190", Hex(AnswerTo([.. "#CHALLENGE#"u8, .. s_legacyMessage])));
        Assert.Equal(
            "7b7368613235367dfc57fbe650d6124b98215e7b5d197d5807ad69982d275a9735ea2d56f1fa6989",
            Hex(AnswerTo([.. "#CHALLENGE#"u8, .. s_modernMessage])));
    }

    [Theory]
    [InlineData("5cf4c31a8d96673b2617baf7658b96c658755059", "f7422a49ffdfcca9599c3c8e642f5128")]   // recorded: 3.11.7 with itself
    [InlineData("086eccc435649a44f5bf43e4c21c440617c3af02", "2e181eb635f8e34537c96ee5eebe627e")]
    public void The_recorded_challenges_of_python_3_11_get_the_recorded_answers(string challenge, string answer) =>
        Assert.Equal(answer, Hex(AnswerTo([.. "#CHALLENGE#"u8, .. Convert.FromHexString(challenge)])));

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha3_256")]
    [InlineData("sha3_384")]
    [InlineData("md5")]
    public void A_challenge_may_name_any_digest_of_the_protocol(string digest)
    {
        byte[] challenge = [.. Encoding.ASCII.GetBytes($"{{{digest}}}"), .. new byte[40]];
        byte[]? mac = Handshake.Mac(Key, Encoding.ASCII.GetBytes(digest), challenge);
        Assert.SkipWhen(mac is null, $"The system's cryptography has no {digest}.");
        Assert.Equal([.. Encoding.ASCII.GetBytes($"{{{digest}}}"), .. mac], AnswerTo([.. "#CHALLENGE#"u8, .. challenge])!);
    }

    [Theory]
    [InlineData("{sha1}")]
    [InlineData("{sha512}")]
    [InlineData("{SHA256}")]
    [InlineData("{}")]
    [InlineData("{sha256 }")]
    [InlineData("sha256}")]
    [InlineData("{sha256")]
    public void An_unknown_digest_is_not_answered(string prefix)
    {
        Handshake client = Handshake.OfClient(Key, allowsLegacy: true);
        client.Take([.. "#CHALLENGE#"u8, .. Encoding.ASCII.GetBytes(prefix), .. new byte[40]]);
        Assert.NotNull(client.Failure);
        Assert.Null(client.Reply);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#CHALLENGE#")]
    [InlineData("#CHALLENGE#1234567890123456789")]     // 19 bytes
    [InlineData("#CHALLENGE#123456789012345678901")]   // 21 bytes
    [InlineData("#challenge#12345678901234567890")]
    [InlineData("#WELCOME#")]
    [InlineData("garbage")]
    public void What_is_no_challenge_is_not_answered(string message)
    {
        Handshake client = Handshake.OfClient(Key, allowsLegacy: true);
        client.Take(Encoding.ASCII.GetBytes(message));
        Assert.NotNull(client.Failure);
        Assert.Null(client.Reply);
    }

    [Fact]
    public void Both_sides_of_ours_agree()
    {
        (Handshake listener, Handshake client) = Play(Key, Key);
        Assert.True(listener.IsComplete && client.IsComplete);
    }

    [Fact]
    public void Different_keys_are_found_out_by_both()
    {
        (Handshake listener, Handshake client) = Play(Key, "Secret"u8);
        Assert.Contains("wrong", listener.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("rejected", client.Failure!.Message, StringComparison.Ordinal);
        Assert.False(listener.IsComplete || client.IsComplete);
    }

    [Fact]
    public void A_challenge_is_fresh_and_names_sha256()
    {
        byte[][] challenges = [.. Enumerable.Range(0, 100).Select(_ => Handshake.OfListener(Key, allowsLegacy: false).Reply!)];
        Assert.All(challenges, challenge => Assert.Equal(11 + 8 + 40, challenge.Length));
        Assert.All(challenges, challenge => Assert.Equal("#CHALLENGE#{sha256}"u8, challenge.AsSpan(0, 19)));
        Assert.Equal(100, challenges.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData("{sha256}", false, true)]
    [InlineData("{sha384}", false, true)]   // whatever the challenge named
    [InlineData("{md5}", false, false)]
    [InlineData("{md5}", true, true)]
    [InlineData("", false, false)]
    [InlineData("", true, true)]
    public void An_answer_by_md5_is_accepted_only_if_the_program_allows_it(string prefix, bool allows, bool isAccepted)
    {
        Handshake listener = Handshake.OfListener(Key, allows);
        byte[] message = listener.Reply![11..];
        byte[] name = Encoding.ASCII.GetBytes(prefix.Length == 0 ? "md5" : prefix[1..^1]);
        listener.Take([.. Encoding.ASCII.GetBytes(prefix), .. Handshake.Mac(Key, name, message)!]);
        Assert.Equal(isAccepted ? "#WELCOME#" : "#FAILURE#", Encoding.ASCII.GetString(listener.Reply!));
        Assert.Equal(isAccepted, listener.Failure is null);
        Assert.True(isAccepted || listener.Failure!.Message.Contains("AllowLegacyPeers", StringComparison.Ordinal));
    }

    [Fact]
    public void No_other_answer_than_the_right_one_is_accepted()
    {
        byte[] right = [.. "{sha256}"u8, .. new byte[32]];
        foreach (int length in Enumerable.Range(0, 100))
        {
            Refuses(new byte[length]);
            Refuses([.. right[..Math.Min(8, length)], .. new byte[length]]);
        }

        Handshake whole = Handshake.OfListener(Key, allowsLegacy: false);
        byte[] mac = [.. "{sha256}"u8, .. Handshake.Mac(Key, "sha256"u8, whole.Reply!.AsSpan(11))!];
        for (int bit = 0; bit < 8 * mac.Length; bit++)
        {
            Handshake listener = Handshake.OfListener(Key, allowsLegacy: true);
            byte[] answer = [.. "{sha256}"u8, .. Handshake.Mac(Key, "sha256"u8, listener.Reply!.AsSpan(11))!];
            answer[bit / 8] ^= (byte)(1 << (bit % 8));
            listener.Take(answer);
            Assert.NotNull(listener.Failure);
        }

        static void Refuses(byte[] answer)
        {
            Handshake listener = Handshake.OfListener(Key, allowsLegacy: true);
            listener.Take(answer);
            Assert.NotNull(listener.Failure);
            Assert.Equal("#FAILURE#"u8, listener.Reply!);
        }
    }

    [Fact]
    public void An_answer_to_an_earlier_challenge_is_refused()
    {
        Handshake earlier = Handshake.OfListener(Key, allowsLegacy: false);
        byte[] recorded = AnswerTo(earlier.Reply!)!;
        earlier.Take(recorded);
        Assert.Null(earlier.Failure);
        Handshake later = Handshake.OfListener(Key, allowsLegacy: false);
        later.Take(recorded);
        Assert.NotNull(later.Failure);
    }

    [Fact]
    public void A_side_answers_no_challenge_of_its_own_kind_for_a_stranger_who_reflects_it()
    {
        Handshake victim = Handshake.OfClient(Key, allowsLegacy: false);
        victim.Take([.. "#CHALLENGE#"u8, .. s_modernMessage]);
        victim.Take("#WELCOME#"u8);
        byte[] reflected = victim.Reply!;   // what the stranger must answer, and cannot
        Handshake other = Handshake.OfClient(Key, allowsLegacy: false);
        other.Take(reflected);
        Assert.Contains("stranger", other.Failure!.Message, StringComparison.Ordinal);
        Assert.Null(other.Reply);
    }

    private static byte[]? AnswerTo(byte[] challenge)
    {
        Handshake client = Handshake.OfClient(Key, allowsLegacy: false);
        client.Take(challenge);
        return client.Reply;
    }

    /// <summary>Passes the messages between two sides until both are done.</summary>
    private static (Handshake Listener, Handshake Client) Play(ReadOnlySpan<byte> keyOfListener, ReadOnlySpan<byte> keyOfClient)
    {
        Handshake listener = Handshake.OfListener(keyOfListener, allowsLegacy: false);
        Handshake client = Handshake.OfClient(keyOfClient, allowsLegacy: false);
        (Handshake sender, Handshake receiver) = (listener, client);
        while (sender.Reply is { } message)
        {
            receiver.Take(message);
            (sender, receiver) = (receiver, sender);
        }

        return (listener, client);
    }

    private static string Hex(byte[]? bytes) => Convert.ToHexStringLower(bytes!);
}
