using System.Collections.Concurrent;

namespace Braid.Tests;

/// <summary>Child processes that act for one test after another; the end of the last of these tests ends them.</summary>
public sealed class ActorStock : IDisposable
{
    private readonly ConcurrentStack<ActorChild> _idle = [];

    /// <summary>Who plays in a contract: threads of child processes.</summary>
    public Func<Actor> Blocking => () => NewActor(awaits: false);

    /// <summary>Flows of awaits in child processes.</summary>
    public Func<Actor> Awaiting => () => NewActor(awaits: true);

    /// <summary>By turns, who blocks and who awaits, here and in child processes.</summary>
    public Func<Actor> Mixed
    {
        get
        {
            int made = 0;
            return () => (Interlocked.Increment(ref made) % 4) switch
            {
                1 => new AwaitingActor(),
                2 => NewActor(awaits: true),
                3 => new BlockingActor(),
                _ => NewActor(awaits: false),
            };
        }
    }

    /// <summary>By turns, threads of this process and of child processes.</summary>
    public Func<Actor> MixedBlocking
    {
        get
        {
            int made = 0;
            return () => Interlocked.Increment(ref made) % 2 == 0 ? new BlockingActor() : NewActor(awaits: false);
        }
    }

    /// <summary>An actor in a child process.</summary>
    public ProcessActor NewActor(bool awaits) => new(this, awaits);

    public ActorChild Take() => _idle.TryPop(out ActorChild? child) ? child : new ActorChild();

    public void Return(ActorChild child) => _idle.Push(child);

    public void Dispose()
    {
        foreach (ActorChild child in _idle)
        {
            child.Dispose();
        }
    }
}

/// <summary>The tests that act in child processes: one at a time, with the same children.</summary>
/// <remarks>
/// Two contracts speak of one process only and are not among them: an interrupt strikes a thread of one's own process
/// (<see cref="InterruptContract"/>), and only callers of one process are served in order (<see cref="AwaitedLockContract"/>).
/// </remarks>
[CollectionDefinition(nameof(ChildActors))]
public sealed class ChildActors : ICollectionFixture<ActorStock>;
