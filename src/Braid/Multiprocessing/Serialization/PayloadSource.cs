namespace Braid.Multiprocessing;

/// <summary>Who wrote a payload. That decides what it may name for its reader to use.</summary>
internal enum PayloadSource
{
    /// <summary>A process of this program: types, methods and shared memory.</summary>
    Program,

    /// <summary>
    /// A worker in a sandbox, where code runs that is not trusted: the type of an exception, and nothing else. The rest is plain data. A
    /// method, or a type with code of its own, would let that code choose what its parent runs; shared memory would stay in its hands.
    /// </summary>
    Sandbox,

    /// <summary>Whoever knows the key of a socket: nothing.</summary>
    Peer,
}

internal static class PayloadSourceText
{
    /// <summary>The source in the words of a message.</summary>
    public static string Words(this PayloadSource source) => source switch
    {
        PayloadSource.Sandbox => "a sandbox",
        PayloadSource.Peer => "a socket",
        _ => "this program",
    };
}
