using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>In a worker: the function of the map whose chunk it ran last, to be used again where that makes no difference.</summary>
/// <remarks>
/// Every chunk is to find the function as it was sent. To read large captured data anew costs fresh memory, many times what it costs to look whether
/// they are still as they were sent: the function is written once more, and each piece compared with what came, without keeping any. When nothing differs, the objects that are here are those that
/// reading would make. When something does, or cannot be written, it is read anew. By the worker's main thread.
/// </remarks>
internal sealed unsafe class ReceivedFunction
{
    private readonly SegmentCache _segments = new();
    private readonly Comparison _comparison = new();
    private long _id;               // of the function here; 0: none
    private Delegate? _function;
    private PayloadReader.Tables _tables;

    /// <summary>Reads a function, or takes the one that is here.</summary>
    /// <returns>What reads on with what the chunk itself has brought.</returns>
    public PayloadReader Read(in FunctionPlace place, byte* inline)
    {
        if (place.Follows)
        {
            return ReadAnew(inline, place.Bytes);
        }

        byte* data = _segments.Open(place.Segment).Data;
        if (_id == place.Id && _comparison.IsAsSent(_function!, data, place.Bytes))
        {
            return new PayloadReader(data, place.Bytes, _tables);
        }

        Forget();
        PayloadReader reader = ReadAnew(data, place.Bytes);
        (_id, _tables) = (place.Id, reader.CopyTables());
        return reader;
    }

    /// <summary>It is not needed any more.</summary>
    public void Forget() => (_id, _function, _tables) = (0, null, default);

    private PayloadReader ReadAnew(byte* data, long bytes)
    {
        var reader = new PayloadReader(data, bytes);
        _function = Payload.Read<Delegate>(ref reader);
        return reader;
    }

    /// <summary>Compares what is written with what there is, and keeps nothing.</summary>
    private sealed class Comparison : IBufferWriter<byte>
    {
        private readonly byte[] _piece = new byte[64 * 1024];
        private byte* _expected;
        private long _left;
        private bool _differs;

        public bool IsAsSent(Delegate function, byte* data, long bytes)
        {
            _expected = data;
            (_left, _differs) = (bytes, false);
            var writer = new PayloadWriter(this);
            try
            {
                Payload.Write(writer, function);
                return !_differs && _left == 0;
            }
            catch (PayloadException)
            {
                return false;
            }
            finally
            {
                writer.ReleaseCarried();
            }
        }

        public void Advance(int count)
        {
            _differs = _differs || count > _left || !new ReadOnlySpan<byte>(_expected, count).SequenceEqual(_piece.AsSpan(0, count));
            if (_differs)
            {
                throw new PayloadException("The function is not as it was sent.");   // ends the comparison; it is never seen
            }

            _expected += count;
            _left -= count;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => _piece;

        public Memory<byte> GetMemory(int sizeHint = 0) => _piece;
    }
}
