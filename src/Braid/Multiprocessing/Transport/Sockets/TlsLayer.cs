using System.Buffers;
using System.Net.Security;
using System.Threading.Tasks.Sources;

namespace Braid.Multiprocessing;

/// <summary>
/// TLS as a transformation of bytes that never waits: what came in is fed, what is to go out is taken, and the caller waits for the
/// socket.
/// </summary>
/// <remarks>
/// .NET's <see cref="SslStream"/> reads and writes a stream. This one is in memory: a write is complete at once, and a read that finds
/// nothing stays pending, until what is fed completes it and so continues <see cref="SslStream"/> on the feeding thread. One thread
/// at a time feeds and decrypts, and one encrypts; the output has a lock because decrypting may answer the peer.
/// </remarks>
internal sealed class TlsLayer : IDisposable
{
    private readonly Wire _wire = new();
    private readonly SslStream _ssl;
    private readonly Func<SslStream, Task> _authenticate;
    private readonly byte[] _plain = new byte[16 * 1024];   // decrypted, from _plainStart to _plainEnd
    private Task? _negotiation;
    private Task<int>? _reading;      // pending until a record is complete
    private int _plainStart;
    private int _plainEnd;

    private TlsLayer(Func<SslStream, Task> authenticate)
    {
        _ssl = new SslStream(_wire);
        _authenticate = authenticate;
    }

    /// <summary>Whether the peer sends nothing more.</summary>
    public bool HasEnded => _wire.HasEnded;

    public static TlsLayer Server(SslServerAuthenticationOptions options) => new(ssl => ssl.AuthenticateAsServerAsync(options));

    public static TlsLayer Client(SslClientAuthenticationOptions options) => new(ssl => ssl.AuthenticateAsClientAsync(options));

    /// <summary>Continues the handshake with what was fed.</summary>
    /// <returns>Whether it has succeeded, and what is to be sent to the peer: also when it has failed.</returns>
    public (bool IsNegotiated, ReadOnlyMemory<byte> Output) Negotiate()
    {
        RunWithoutContext(() =>
        {
            _negotiation ??= _authenticate(_ssl);
            _wire.Deliver();
        });
        return (_negotiation!.IsCompletedSuccessfully, _wire.TakeOutput());
    }

    /// <exception cref="AuthenticationException">The handshake has failed.</exception>
    public void ThrowIfFailed()
    {
        if (_negotiation?.Exception?.InnerException is { } failure)
        {
            throw new AuthenticationException($"The TLS handshake failed: {SafeText.MessageOf(failure)}", failure);
        }
    }

    /// <summary>Takes over bytes from the peer.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, bool hasEnded) => _wire.Add(bytes, hasEnded);

    /// <returns>What is to be sent to the peer.</returns>
    public ReadOnlyMemory<byte> Encrypt(ReadOnlySpan<byte> plain)
    {
        _ssl.Write(plain);
        return _wire.TakeOutput();
    }

    /// <summary>Announces the end.</summary>
    /// <returns>What is to be sent to the peer.</returns>
    public ReadOnlyMemory<byte> ShutDown()
    {
        if (_negotiation is { IsCompletedSuccessfully: true })
        {
            _ = _ssl.ShutdownAsync();   // complete at once, like every write; if it fails, there is no output
        }

        return _wire.TakeOutput();
    }

    /// <summary>Decrypts what was fed.</summary>
    /// <param name="target">The target, not empty.</param>
    /// <param name="count">How many bytes; 0 at the end of the stream.</param>
    /// <returns>False if more must be fed first.</returns>
    /// <exception cref="IOException">What came is not what the peer has encrypted.</exception>
    public bool TryDecrypt(Span<byte> target, out int count)
    {
        if (_plainStart == _plainEnd)
        {
            _reading ??= _ssl.ReadAsync(_plain).AsTask();
            _wire.Deliver();
            if (!_reading.IsCompleted)
            {
                count = 0;
                return false;
            }

            (_plainStart, _plainEnd) = (0, _reading.GetAwaiter().GetResult());
            _reading = null;
        }

        count = Math.Min(target.Length, _plainEnd - _plainStart);
        _plain.AsSpan(_plainStart, count).CopyTo(target);
        _plainStart += count;
        return true;
    }

    public void Dispose() => _ssl.Dispose();

    /// <summary>
    /// Runs a step of the handshake in neither a synchronization context nor a task scheduler. The handshake awaits tasks, which .NET
    /// continues on the completing thread only there; elsewhere it would go on in the thread pool, and its output come when nothing here
    /// looks for it any more.
    /// </summary>
    private static void RunWithoutContext(Action step)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var task = new Task(step);
            task.RunSynchronously(TaskScheduler.Default);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>The stream below TLS.</summary>
    private sealed class Wire : Stream, IValueTaskSource<int>
    {
        private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
        private ArrayBufferWriter<byte> _output = new();    // guarded by _gate
        private byte[] _input = [];                         // like all that follows, of the thread that feeds
        private int _inputStart;
        private int _inputEnd;
        private ManualResetValueTaskSourceCore<int> _reader;
        private Memory<byte> _wanted;
        private bool _isReading;

        public bool HasEnded { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Add(ReadOnlySpan<byte> bytes, bool hasEnded)
        {
            HasEnded |= hasEnded;
            byte[] room = _input;
            int left = _inputEnd - _inputStart;
            if (_input.Length - left < bytes.Length)
            {
                room = new byte[Math.Max(2 * _input.Length, left + bytes.Length)];
            }

            _input.AsSpan(_inputStart, left).CopyTo(room);
            bytes.CopyTo(room.AsSpan(left));
            (_input, _inputStart, _inputEnd) = (room, 0, left + bytes.Length);
        }

        /// <summary>Completes reads as long as there is something for them.</summary>
        public void Deliver()
        {
            while (_isReading && (_inputStart < _inputEnd || HasEnded))
            {
                _isReading = false;
                _reader.SetResult(Take(_wanted.Span));   // runs the reader to its next read
            }
        }

        public ReadOnlyMemory<byte> TakeOutput()
        {
            using Threading.Scope held = _gate.EnterScope();
            if (_output.WrittenCount == 0)
            {
                return default;
            }

            ReadOnlyMemory<byte> taken = _output.WrittenMemory;
            _output = new ArrayBufferWriter<byte>();
            return taken;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length == 0 || _inputStart < _inputEnd || HasEnded)
            {
                return ValueTask.FromResult(Take(buffer.Span));
            }

            _reader.Reset();
            (_wanted, _isReading) = (buffer, true);
            return new ValueTask<int>(this, _reader.Version);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return default;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            using Threading.Scope held = _gate.EnterScope();
            _output.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reads may have to wait.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        int IValueTaskSource<int>.GetResult(short token) => _reader.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reader.GetStatus(token);

        void IValueTaskSource<int>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _reader.OnCompleted(continuation, state, token, flags);

        private int Take(Span<byte> target)
        {
            int count = Math.Min(target.Length, _inputEnd - _inputStart);
            _input.AsSpan(_inputStart, count).CopyTo(target);
            _inputStart += count;
            return count;
        }
    }
}
