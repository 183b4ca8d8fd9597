using System.Threading.Tasks.Dataflow;

namespace BugZoo.Calls;

/// <summary>A block of items that holds one, and one that it may be linked to.</summary>
internal sealed class BufferUse : IUse
{
    private readonly int _capacity;
    private readonly CancellationTokenSource _cancel = new();
    private bool _isFaulted;                                // set by any thread: items may be lost, even if the block was complete
    private int _left;

    /// <param name="capacity">How many items it holds, or <see cref="DataflowBlockOptions.Unbounded"/>.</param>
    /// <param name="isCancellable">Whether <see cref="Cancel"/> cancels the block, and not only the calls with a token.</param>
    public BufferUse(int capacity, bool isCancellable)
    {
        _capacity = capacity;
        Block = new BufferBlock<int>(new DataflowBlockOptions
        {
            BoundedCapacity = capacity,
            CancellationToken = isCancellable ? _cancel.Token : CancellationToken.None,
        });
        Block.Post(1);
    }

    public BufferBlock<int> Block { get; }

    /// <summary>Holds what it is sent.</summary>
    public BufferBlock<int> Next { get; } = new();

    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public void Fault()
    {
        Volatile.Write(ref _isFaulted, true);
        ((IDataflowBlock)Block).Fault(new TimeoutException());
    }

    public int TryReceive(Predicate<int>? filter = null) => Block.TryReceive(filter, out _) ? -1 : 0;

    public int TryReceiveAll() => Block.TryReceiveAll(out IList<int>? items) ? -items.Count : 0;

    public static async Task<int> Received(Task<int> receives)
    {
        await receives;
        return -1;
    }

    public async Task<int> ReceiveAllAsync(int wanted)
    {
        int received = 0;
        await foreach (int _ in Block.ReceiveAllAsync())
        {
            if (++received == wanted)
            {
                break;
            }
        }

        return -received;
    }

    public async Task<int> SendAsync(CancellationToken token) => await Block.SendAsync(2, token) ? 1 : 0;

    public bool MayWait(Side side, int added, bool othersWait) => side switch
    {
        Side.Reader => Block.Count == 0,
        Side.Writer => Block.Count == _capacity,
        _ => true,
    };

    /// <summary>A block that ends without an item for a receiver says so by an InvalidOperationException.</summary>
    public bool MayThrow(Exception thrown) => thrown is InvalidOperationException or OperationCanceledException or TimeoutException;

    public void Close()
    {
        Block.Complete();
        _left -= TryReceiveAll();
    }

    public void Check(int added)
    {
        Task.WaitAny(Block.Completion);
        if (Block.Completion.IsCompletedSuccessfully && !Volatile.Read(ref _isFaulted))
        {
            Claim.That(1 + added == _left + Next.Count, "each item is received once, or still there");
        }
    }
}
