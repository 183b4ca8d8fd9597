namespace Braid.Multiprocessing;

/// <summary>Results of items, taken out of a dead worker's memory.</summary>
/// <param name="Bytes">The results, and the failure behind them.</param>
/// <param name="ResultBytes">Bytes of the results.</param>
/// <param name="FailureBytes">Bytes of the failure; 0: there is none.</param>
/// <param name="Results">How many results.</param>
internal sealed record KeptItems(byte[] Bytes, long ResultBytes, long FailureBytes, int Results);

/// <summary>The results that a dead worker has left of the chunk that it ran.</summary>
/// <param name="Running">The item that ran; the number of items when all had ended.</param>
/// <param name="Kept">The results of those before; null when there are none.</param>
internal readonly record struct LeftItems(int Running, KeptItems? Kept);
