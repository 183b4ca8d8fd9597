using System.Collections.Frozen;

namespace Braid.Python;

/// <summary>The classes and functions that plain data is pickled with. Nothing else may be named unless it was registered.</summary>
internal static class PlainGlobals
{
    private static readonly FrozenDictionary<(string, string), GlobalReader> s_readers = new[]
    {
        BuiltinReaders.All, DateTimeReaders.All, ArrayReaders.All, NumpyReaders.All, Exceptions.Readers,
    }.SelectMany(static readers => readers).ToFrozenDictionary(static reader => (reader.Global.Module, reader.Global.Name));

    public static GlobalReader? Find(string module, string name) => s_readers.GetValueOrDefault((module, name));
}
