using System.Security.Cryptography;

namespace Braid.Multiprocessing;

/// <summary>
/// One side of the handshake of CPython's <c>multiprocessing.connection</c>, in which each side proves that it knows the key: takes the
/// peer's messages one by one, and produces the replies. It does no I/O.
/// </summary>
/// <remarks>
/// <code>
///   listener -> client   #CHALLENGE#{sha256} and 40 random bytes
///   client -> listener   {sha256} and the MAC of what followed #CHALLENGE#
///   listener -> client   #WELCOME#, or #FAILURE# and the end
///   ... and the same once more with the roles exchanged; then the first message
/// </code>
/// <para>
/// Up to 3.11, Python challenges with 20 random bytes and answers every challenge by a raw HMAC-MD5. Such a challenge is answered; such an
/// answer, and one that names md5, is accepted only if the program allows it.
/// </para>
/// <para>
/// One key serves both directions, so an answer proves only that some holder of the key was asked. A stranger to whom a client connects by
/// mistake could have the client's own challenge answered by another client. So the last bytes of a challenge say which side has sent it,
/// which costs nothing on the wire: a peer answers whatever 40 bytes come. Braid answers no challenge of its own side. A stranger who
/// relays whole conversations between a client and its true listener remains possible, as in every protocol of this kind; TLS prevents
/// that.
/// </para>
/// <para>
/// Rejected: answering more cautiously, for instance with another MAC for each direction. CPython would not understand it.
/// </para>
/// </remarks>
internal sealed class Handshake
{
    /// <summary>The length of the longest message of a handshake.</summary>
    public const int LongestMessage = 256;

    private const int LegacyChallenge = 20;
    private const int LegacyResponse = 16;
    private const int RandomBytes = 32;

    private readonly byte[] _key;
    private readonly bool _isListener;
    private readonly bool _allowsLegacy;
    private byte[] _challenge = [];   // what this side has challenged with
    private Step _expected;

    private Handshake(ReadOnlySpan<byte> key, bool isListener, bool allowsLegacy)
    {
        _key = key.ToArray();
        _isListener = isListener;
        _allowsLegacy = allowsLegacy;
        _expected = isListener ? Step.Response : Step.Challenge;
        Reply = isListener ? NewChallenge() : null;
    }

    /// <summary>What the peer is to send next.</summary>
    private enum Step
    {
        Challenge,
        Response,
        Verdict,
        Nothing,
    }

    /// <summary>What is to be sent to the peer now; null if nothing is.</summary>
    public byte[]? Reply { get; private set; }

    /// <summary>Why the handshake has failed, once the reply is sent.</summary>
    public AuthenticationException? Failure { get; private set; }

    /// <summary>Whether both sides have proved themselves, once the reply is sent.</summary>
    public bool IsComplete => _expected == Step.Nothing && Failure is null;

    private static ReadOnlySpan<byte> ChallengeMark => "#CHALLENGE#"u8;

    private static ReadOnlySpan<byte> Welcome => "#WELCOME#"u8;

    private static ReadOnlySpan<byte> Refusal => "#FAILURE#"u8;

    private static ReadOnlySpan<byte> FromListener => ".listen."u8;

    private static ReadOnlySpan<byte> FromClient => ".client."u8;

    private static ReadOnlySpan<byte> Legacy => "md5"u8;

    private static ReadOnlySpan<byte> Proposed => "{sha256}"u8;

    public static Handshake OfListener(ReadOnlySpan<byte> key, bool allowsLegacy) => new(key, isListener: true, allowsLegacy);

    public static Handshake OfClient(ReadOnlySpan<byte> key, bool allowsLegacy) => new(key, isListener: false, allowsLegacy);

    /// <summary>Takes the peer's next message.</summary>
    public void Take(ReadOnlySpan<byte> message)
    {
        Reply = null;
        switch (_expected)
        {
            case Step.Challenge:
                Answer(message);
                break;
            case Step.Response:
                Verify(message);
                break;
            default:
                Accept(message);
                break;
        }
    }

    /// <summary>The MAC of a message by the digest of that name, with which the message may begin.</summary>
    /// <returns>Null if there is no such digest.</returns>
    public static byte[]? Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message) =>
        name.SequenceEqual("sha256"u8) ? CryptographicOperations.HmacData(HashAlgorithmName.SHA256, key, message)
        : name.SequenceEqual(Legacy) ? CryptographicOperations.HmacData(HashAlgorithmName.MD5, key, message)
        : name.SequenceEqual("sha384"u8) ? CryptographicOperations.HmacData(HashAlgorithmName.SHA384, key, message)
        : name.SequenceEqual("sha3_256"u8) && HMACSHA3_256.IsSupported
            ? CryptographicOperations.HmacData(HashAlgorithmName.SHA3_256, key, message)
        : name.SequenceEqual("sha3_384"u8) && HMACSHA3_384.IsSupported
            ? CryptographicOperations.HmacData(HashAlgorithmName.SHA3_384, key, message)
        : null;

    private static ReadOnlySpan<byte> DigestOf(ReadOnlySpan<byte> message)
    {
        const int LongestName = 8;
        int end = message.Length > 0 && message[0] == '{' ? message[..Math.Min(message.Length, LongestName + 2)].IndexOf((byte)'}') : -1;
        return end < 0 ? default : message[1..end];
    }

    private byte[] NewChallenge()
    {
        _challenge =
        [
            .. Proposed,
            .. RandomNumberGenerator.GetBytes(RandomBytes),
            .. _isListener ? FromListener : FromClient,
        ];
        return [.. ChallengeMark, .. _challenge];
    }

    /// <summary>The peer's challenge: proves that this side knows the key.</summary>
    private void Answer(ReadOnlySpan<byte> message)
    {
        if (!message.StartsWith(ChallengeMark))
        {
            Fail("The peer sent no challenge. It does not speak Python's protocol of connections, or it expects no key.");
            return;
        }

        ReadOnlySpan<byte> challenge = message[ChallengeMark.Length..];
        if (challenge.EndsWith(_isListener ? FromListener : FromClient))
        {
            Fail(
                "The peer's challenge is one that this side of a handshake has sent: it wants a proof made for it that it cannot make " +
                "itself. A stranger answers at this address.");
            return;
        }

        ReadOnlySpan<byte> digest = DigestOf(challenge);
        byte[]? mac = challenge.Length == LegacyChallenge ? Mac(_key, Legacy, challenge)
            : challenge.Length > LegacyChallenge && Mac(_key, digest, challenge) is { } named
                ? [.. challenge[..(digest.Length + 2)], .. named]
            : null;
        if (mac is null)
        {
            Fail("The peer's challenge is too short, or names no digest that is known here.");
            return;
        }

        Reply = mac;
        _expected = Step.Verdict;
    }

    /// <summary>The peer's answer to this side's challenge.</summary>
    private void Verify(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> digest = DigestOf(message);
        bool isRaw = message.Length == LegacyResponse;
        bool isLegacy = isRaw || digest.SequenceEqual(Legacy);
        byte[]? expected = Mac(_key, isRaw ? Legacy : digest, _challenge);
        ReadOnlySpan<byte> proof = isRaw ? message : message[Math.Min(message.Length, digest.Length + 2)..];
        if (expected is null || !CryptographicOperations.FixedTimeEquals(expected, proof))
        {
            Refuse("The peer has not proved that it knows the key: its answer to the challenge is wrong.");
        }
        else if (isLegacy && !_allowsLegacy)
        {
            Refuse(
                "The peer answers the challenge by MD5, as Python up to 3.11 does. Set AllowLegacyPeers in the options to accept that, " +
                "or use Python 3.12 or later.");
        }
        else
        {
            Reply = [.. Welcome];
            _expected = _isListener ? Step.Challenge : Step.Nothing;
        }
    }

    /// <summary>The peer's verdict about this side's answer.</summary>
    private void Accept(ReadOnlySpan<byte> message)
    {
        if (!message.SequenceEqual(Welcome))
        {
            Fail("The peer has rejected the proof that this process knows the key: the keys differ.");
            return;
        }

        Reply = _isListener ? null : NewChallenge();
        _expected = _isListener ? Step.Nothing : Step.Response;
    }

    private void Refuse(string reason)
    {
        Reply = [.. Refusal];
        Fail(reason);
    }

    private void Fail(string reason)
    {
        _expected = Step.Nothing;
        Failure = new AuthenticationException(reason);
    }
}
