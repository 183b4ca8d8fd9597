using System.Threading.Tasks.Dataflow;

namespace BugZoo.Calls;

/// <summary>A block that counts what it is sent, and has been sent one item.</summary>
internal sealed class ActionUse : IUse
{
    private readonly CancellationTokenSource _cancel = new();
    private bool _isFaulted;                                // set by any thread: items may be lost, even if the block was complete
    private int _handled;                                   // incremented by any thread
    private bool _isStrange;                                // set by any thread: an item came that nobody had sent

    public ActionUse(ExecutionDataflowBlockOptions options, bool isAsynchronous)
    {
        Block = isAsynchronous ? new ActionBlock<int>(HandleAsync, options) : new ActionBlock<int>(Handle, options);
        Block.Post(1);
    }

    public ActionBlock<int> Block { get; }

    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public void Fault()
    {
        Volatile.Write(ref _isFaulted, true);
        ((IDataflowBlock)Block).Fault(new TimeoutException());
    }

    public async Task<int> SendAsync(CancellationToken token) => await Block.SendAsync(2, token) ? 1 : 0;

    /// <summary>A writer waits for room only while the block works.</summary>
    public bool MayWait(Side side, int added, bool othersWait) => side == Side.Neither;

    public bool MayThrow(Exception thrown) => thrown is OperationCanceledException or TimeoutException;

    public void Close() => Block.Complete();

    public void Check(int added)
    {
        Task.WaitAny(Block.Completion);
        Claim.That(!Volatile.Read(ref _isStrange), "each item that is handled was sent");
        if (Block.Completion.IsCompletedSuccessfully && !Volatile.Read(ref _isFaulted))
        {
            Claim.That(1 + added == Volatile.Read(ref _handled), "each item that was accepted is handled once");
        }
    }

    private void Handle(int item)
    {
        Interlocked.Increment(ref _handled);
        if (item is not (1 or 2))
        {
            Volatile.Write(ref _isStrange, true);
        }
    }

    private async Task HandleAsync(int item)
    {
        await Task.Yield();
        Handle(item);
    }
}
