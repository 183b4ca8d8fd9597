using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What tests do to pipes beside using them.</summary>
internal static unsafe class SharedPipes
{
    public static PipeTransport TransportOf(Connection connection) => (PipeTransport)connection.Transport;

    /// <summary>Makes a process hold the same end.</summary>
    public static void Hold(Connection connection, int token)
    {
        var state = (PipeState*)TransportOf(connection).Segment.Data;
        int slot = ProcessTable.SlotOf(token);
        PipeState.End* end = TransportOf(connection).EndNumber == 0 ? &state->FirstEnd : &state->SecondEnd;
        end->Known[slot / 64] |= 1L << (slot % 64);
        *(&end->FirstHolder + slot) = ((long)token << 32) | 1;
    }
}
