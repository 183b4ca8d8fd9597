namespace Braid.Contracts;

/// <summary>Who plays in a contract: actors of one kind, or of both in turn.</summary>
public static class Cast
{
    public static Func<Actor> Blocking => () => new BlockingActor();

    public static Func<Actor> Awaiting => () => new AwaitingActor();

    public static Func<Actor> Mixed
    {
        get
        {
            int made = 0;
            return () => Interlocked.Increment(ref made) % 2 == 0 ? new BlockingActor() : new AwaitingActor();
        }
    }
}
