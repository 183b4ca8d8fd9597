namespace Braid.Contracts;

/// <summary>Makes blocking and awaiting actors by turns, for contracts where both kinds wait in one queue.</summary>
public sealed class MixedActors
{
    private int _made;

    public Actor Next() => _made++ % 2 == 0 ? new AwaitingActor() : new BlockingActor();
}
