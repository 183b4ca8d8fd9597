namespace Braid.Tests;

/// <summary>What an actor's process is told: to act, or, with neither shape of an act, to cancel the token of one.</summary>
/// <param name="Number">Which act.</param>
/// <param name="Token">What the act gets as its token.</param>
/// <param name="Blocking">The act for the process's thread; null when it is to await.</param>
/// <param name="Awaiting">The act for a flow of awaits.</param>
internal sealed record ActorOrder(
    int Number, ActorToken Token, Func<CancellationToken, object?>? Blocking = null, Func<CancellationToken, ValueTask<object?>>? Awaiting = null)
{
    public bool Cancels => Blocking is null && Awaiting is null;
}

/// <summary>What stands for a token in another process.</summary>
internal enum ActorToken
{
    /// <summary>The one that is never cancelled.</summary>
    Never,

    /// <summary>One that is cancelled already.</summary>
    Cancelled,

    /// <summary>One that an order cancels later, perhaps.</summary>
    Live,
}
