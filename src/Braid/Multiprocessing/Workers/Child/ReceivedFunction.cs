using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>In a worker: the function of the map whose chunk it ran last, reused if that makes no difference.</summary>
/// <remarks>
/// Every chunk must get the function as it was sent. Reading large captured data again takes fresh memory and costs many times as much as
/// checking whether the data are unchanged: the function is written once more, and each piece is compared with the received one and
/// dropped. If nothing differs, the present objects are equal to those that reading would make. If something differs, or cannot be written,
/// the function is read again. Used by the worker's main thread.
/// </remarks>
internal sealed unsafe class ReceivedFunction
{
    private readonly SegmentCache _segments = new();
    private readonly Comparison _comparison = new();
    private long _id;               // of the present function; 0 if there is none
    private Delegate? _function;
    private PayloadReader.Tables _tables;

    /// <summary>Reads a function, or takes the present one.</summary>
    /// <returns>A reader for the chunk's own bytes.</returns>
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

    /// <summary>Drops the function, which is no longer needed.</summary>
    public void Forget() => (_id, _function, _tables) = (0, null, default);

    private PayloadReader ReadAnew(byte* data, long bytes)
    {
        var reader = new PayloadReader(data, bytes);
        _function = Payload.Read<Delegate>(ref reader);
        return reader;
    }

    /// <summary>Compares what is written with the bytes that were sent, and keeps nothing.</summary>
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
                throw new PayloadException("The function is not as it was sent.");   // ends the comparison; no one sees it
            }

            _expected += count;
            _left -= count;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => _piece;

        public Memory<byte> GetMemory(int sizeHint = 0) => _piece;
    }
}
