using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>One output stream of a worker: read as it arrives, passed on line by line, with its last bytes kept.</summary>
/// <remarks>Used by the monitor thread alone, except <see cref="Last"/>, which is guarded by the gate.</remarks>
internal sealed class OutputTail(int descriptor, bool isError, Action<string, bool> pass)
{
    private const int TailBytes = 4096;
    private const int LongestLine = 64 * 1024;   // longer lines are passed on in pieces

    /// <summary>How the runtime begins to report why it ends; the stack trace that follows may be longer than the tail.</summary>
    private static readonly string[] s_causes =
        ["Stack overflow", "Unhandled exception", "Process terminated", "Fatal error", "Out of memory"];

    private static readonly byte[] s_buffer = new byte[64 * 1024];   // by the monitor thread

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly List<byte> _line = [];   // the bytes after the last end of line
    private bool _isBeingRead;                // by the monitor thread
    private byte[] _tail = [];                // guarded by _gate
    private string? _cause;                   // guarded by _gate: the last line that reports why the process ends

    public int Descriptor => descriptor;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Whether bytes may have been taken out of the pipe whose lines are not yet passed on. Any thread may ask.</summary>
    public bool IsBeingRead => Volatile.Read(ref _isBeingRead);   // pairs with the writes in Read

    /// <summary>The last bytes of the stream, preceded by the cause of the end if the runtime reported one.</summary>
    public string Last
    {
        get
        {
            using (_gate.EnterScope())
            {
                string tail = Encoding.UTF8.GetString(_tail);
                return _cause is null || tail.Contains(_cause, StringComparison.Ordinal) ? tail : $"{_cause}\n...\n{tail}";
            }
        }
    }

    /// <summary>Reads the bytes that are there now.</summary>
    /// <param name="most">Reads no more than this, so that a flood on one stream does not keep the others waiting.</param>
    public void Read(int most)
    {
        // before the bytes leave the pipe: a thread that finds the pipe empty sees this, or the lines
        Volatile.Write(ref _isBeingRead, true);
        ReadAll(most);
        Volatile.Write(ref _isBeingRead, false);   // pairs with IsBeingRead: the lines are counted
    }

    private void ReadAll(int most)
    {
        while (IsOpen && most > 0)
        {
            int read = Descriptors.Read(descriptor, s_buffer);
            if (read < 0)
            {
                return;
            }

            if (read == 0)
            {
                IsOpen = false;
                return;
            }

            most -= read;
            Take(s_buffer.AsSpan(0, read));
        }
    }

    /// <summary>Passes on the last line if it has no end, and closes.</summary>
    public void Close()
    {
        IsOpen = false;
        Descriptors.Close(descriptor);
        if (_line.Count > 0)
        {
            Pass(_line.Count);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        using (_gate.EnterScope())
        {
            byte[] all = [.. _tail, .. bytes];
            _tail = all.Length > TailBytes ? all[^TailBytes..] : all;
        }

        while (bytes.IndexOf((byte)'\n') is int end and >= 0)
        {
            _line.AddRange(bytes[..end]);
            Pass(_line.Count);
            bytes = bytes[(end + 1)..];
        }

        _line.AddRange(bytes);
        if (_line.Count > LongestLine)
        {
            Pass(CompleteCharacters());
        }
    }

    /// <summary>The number of bytes before the last character, which may be incomplete if it has several bytes.</summary>
    private int CompleteCharacters()
    {
        int last = _line.Count - 1;
        while (last > _line.Count - 4 && (_line[last] & 0xC0) == 0x80)
        {
            last--;
        }

        return _line[last] >= 0xC0 ? last : _line.Count;
    }

    private void Pass(int bytes)
    {
        string line = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_line)[..bytes]).TrimEnd('\r');
        _line.RemoveRange(0, bytes);
        if (isError && line.Length < TailBytes && s_causes.Any(cause => line.StartsWith(cause, StringComparison.Ordinal)))
        {
            using (_gate.EnterScope())
            {
                _cause = line;
            }
        }

        pass(line, isError);
    }
}
