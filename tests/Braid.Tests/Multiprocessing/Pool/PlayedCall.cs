using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The future of a task that is only played.</summary>
internal sealed unsafe class PlayedCall(PoolWorld world) : Futures.Future<int>, IRemoteCall
{
    public PoolTask Task { get; set; } = null!;

    /// <summary>How often a worker has begun it.</summary>
    public int Begun { get; set; }

    /// <summary>Of a chunk: how often each item was begun.</summary>
    public int[] ItemsBegun { get; init; } = [];

    Futures.Future IRemoteCall.Future => this;

    private protected override bool CanStop => true;

    public bool TryEnd()
    {
        bool ends = !Done;
        if (ends)
        {
            SetResult(1);
        }

        return ends || Cancelled;
    }

    public void End(bool failed)
    {
        if (failed)
        {
            SetException(new ArithmeticException());
        }
        else
        {
            SetResult(1);
        }
    }

    void IRemoteCall.TakeResult(byte* data, long bytes, bool carriesSegments, SerialQueue? after) => throw new NotSupportedException();

    void IRemoteCall.TakeFailure(byte* data, long bytes, bool carriesSegments, SerialQueue? after, Func<Exception, Exception>? wrap) => throw new NotSupportedException();

    void IRemoteCall.Fail(Exception exception, SerialQueue? after) => throw new NotSupportedException();

    void IRemoteCall.Complete() => throw new NotSupportedException();

    private protected override void OnCancelled() => world.Act(() => world.Core.Cancel(Task));
}
