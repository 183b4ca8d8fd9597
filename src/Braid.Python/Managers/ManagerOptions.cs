using Braid.Multiprocessing;

namespace Braid.Python;

/// <summary>How a <see cref="Manager"/> reaches its server.</summary>
public sealed record ManagerOptions
{
    /// <summary>How connections are made, and how both sides prove themselves.</summary>
    public ClientOptions Client { get; init; } = new();

    /// <summary>How values are read and written; what is registered in them crosses too.</summary>
    public PickleOptions Pickle { get; init; } = new();
}
