namespace Braid.Multiprocessing;

/// <summary>What somebody waits for at a ring.</summary>
internal enum RingWait
{
    /// <summary>A message.</summary>
    Get,

    /// <summary>Room for one.</summary>
    Put,

    /// <summary>That all messages are declared done.</summary>
    Join,
}
