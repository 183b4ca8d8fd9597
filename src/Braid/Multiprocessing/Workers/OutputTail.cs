using System.Text;

namespace Braid.Multiprocessing;

/// <summary>One output stream of a worker: read as it comes, passed on line by line, its end remembered.</summary>
/// <remarks>Used by the monitor thread alone, except <see cref="Last"/>, which is guarded by the gate.</remarks>
internal sealed class OutputTail(int descriptor, bool isError, Action<string, bool> pass)
{
    private const int TailBytes = 4096;
    private const int LongestLine = 64 * 1024;   // what has no end by then is passed on in pieces

    private static readonly byte[] s_buffer = new byte[64 * 1024];   // by the monitor thread

    private readonly Threading.Lock _gate = new();
    private readonly List<byte> _line = [];   // what came after the last end of line
    private byte[] _tail = [];                // guarded by _gate

    public int Descriptor => descriptor;

    public bool IsOpen { get; private set; } = true;

    /// <summary>The last bytes of the stream.</summary>
    public string Last
    {
        get
        {
            using (_gate.EnterScope())
            {
                return Encoding.UTF8.GetString(_tail);
            }
        }
    }

    /// <summary>Reads what is there now.</summary>
    /// <param name="most">Not more than this, so that a flood on one stream does not keep the others waiting.</param>
    public void Read(int most)
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

    /// <summary>Passes on the line that has no end, and closes.</summary>
    public void Close()
    {
        if (_line.Count > 0)
        {
            PassLine();
        }

        IsOpen = false;
        Descriptors.Close(descriptor);
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
            PassLine();
            bytes = bytes[(end + 1)..];
        }

        _line.AddRange(bytes);
        if (_line.Count > LongestLine)
        {
            PassLine();
        }
    }

    private void PassLine()
    {
        pass(Encoding.UTF8.GetString([.. _line]).TrimEnd('\r'), isError);
        _line.Clear();
    }
}
