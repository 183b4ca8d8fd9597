namespace Braid.Multiprocessing;

/// <summary>Results of items, copied from a dead worker's memory.</summary>
/// <param name="Bytes">The results, followed by the failure.</param>
/// <param name="ResultBytes">Bytes of the results.</param>
/// <param name="FailureBytes">Bytes of the failure; 0 if there is none.</param>
/// <param name="Results">How many results.</param>
internal sealed record KeptItems(byte[] Bytes, long ResultBytes, long FailureBytes, int Results);

/// <summary>The results that a dead worker has left of the chunk that it was running.</summary>
/// <param name="Running">The item that was running; the number of items if all had ended.</param>
/// <param name="Kept">The results of the items before it; null if there are none.</param>
internal readonly record struct LeftItems(int Running, KeptItems? Kept);
