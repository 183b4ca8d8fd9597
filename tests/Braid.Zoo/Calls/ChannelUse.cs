using System.Threading.Channels;

namespace BugZoo.Calls;

/// <summary>A channel that holds one item, if it can hold any.</summary>
internal sealed class ChannelUse : IUse
{
    private readonly int? _waitsAt;                         // how many items it holds when its writers wait
    private readonly CancellationTokenSource _cancel = new();
    private readonly int _first;
    private int _dropped;                                   // incremented by any thread
    private int _left;

    /// <param name="create">Makes the channel, which calls back with what it drops.</param>
    /// <param name="waitsAt">How many items it holds when its writers wait; null if they never do.</param>
    public ChannelUse(Func<Action<int>, Channel<int>> create, int? waitsAt)
    {
        _waitsAt = waitsAt;
        Channel = create(_ => Interlocked.Increment(ref _dropped));
        _first = Channel.Writer.TryWrite(1) ? 1 : 0;
    }

    public Channel<int> Channel { get; }

    public ChannelReader<int> Reader => Channel.Reader;

    public ChannelWriter<int> Writer => Channel.Writer;

    /// <summary>What the calls with a token use.</summary>
    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public async Task<int> ReadAsync(CancellationToken token)
    {
        await Reader.ReadAsync(token);
        return -1;
    }

    public async Task<int> WriteAsync(CancellationToken token)
    {
        await Writer.WriteAsync(2, token);
        return 1;
    }

    /// <summary>Takes items, until there are no more or it has as many as are wanted.</summary>
    public async Task<int> ReadAllAsync(int wanted, CancellationToken token)
    {
        int read = 0;
        try
        {
            await foreach (int _ in Reader.ReadAllAsync(token))
            {
                if (++read == wanted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (MayThrow(e))
        {
            // What was read before that is read.
        }

        return -read;
    }

    public bool MayWait(Side side, int added, bool othersWait) => side switch
    {
        Side.Reader => !Reader.TryPeek(out _),
        Side.Writer => _waitsAt is 0 || Reader.Count == _waitsAt,
        _ => true,                                          // the completion comes when the channel is closed
    };

    public bool MayThrow(Exception thrown) => thrown is ChannelClosedException or OperationCanceledException or TimeoutException;

    public void Close()
    {
        Writer.TryComplete();
        while (Reader.TryRead(out _))
        {
            _left++;
        }
    }

    public void Check(int added)
    {
        Claim.That(_first + added - Volatile.Read(ref _dropped) == _left, "each item is read once, or dropped, or still there");
        Claim.That(Reader.Completion.IsCompleted, "an empty channel that is closed is complete");
    }
}
