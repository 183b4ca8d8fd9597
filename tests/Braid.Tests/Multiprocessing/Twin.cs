using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Builds what another process would build of a shared object.</summary>
internal static class Twin
{
    public static T Of<T>(T shared)
        where T : IShared<T> => Over<T>(shared);

    public static T Over<T>(IShared shared)
        where T : IShared<T>
    {
        SegmentHandle handle = shared.Segment.Handle;
        return Over<T>(Segment.Open(in handle));
    }

    public static T Over<T>(Segment segment)
        where T : IShared<T>
    {
        try
        {
            return T.Over(segment);
        }
        catch
        {
            segment.Release();
            throw;
        }
    }
}
