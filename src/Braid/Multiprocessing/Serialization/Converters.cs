using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The ways that users registered for types, and those we give a few types of .NET.</summary>
internal static class Converters
{
    private static readonly ConcurrentDictionary<Type, object> s_converters = new(BuiltInConverters.All());
    private static readonly Lazy<bool> s_entry = new(RunEntryModule);

    /// <summary>Adds a converter; false when the type has one, or was written or read already in another way.</summary>
    public static bool TryAdd<T>(PayloadConverter<T> converter) =>
        !(typeof(T).IsValueType ? PayloadCodec<T>.IsChosen : ObjectCodec.IsChosen(typeof(T))) && s_converters.TryAdd(typeof(T), converter);

    /// <summary>The <see cref="PayloadConverter{T}"/> of the type; null for none. Module initialisers, which may register one, have run by then.</summary>
    public static object? Find(Type type)
    {
        _ = s_entry.Value;
        RuntimeHelpers.RunModuleConstructor(type.Module.ModuleHandle);
        return s_converters.GetValueOrDefault(type)
            ?? (Origin.IsFramework(type) && !type.IsVisible && type.BaseType is { } parent ? s_converters.GetValueOrDefault(parent) : null);
    }

    private static bool RunEntryModule()
    {
        try
        {
            if (Assembly.GetEntryAssembly() is { } program)
            {
                RuntimeHelpers.RunModuleConstructor(program.ManifestModule.ModuleHandle);
            }

            return true;
        }
        catch (TypeInitializationException)
        {
            return false;   // whatever needs the module fails with the same exception, and what does not may work
        }
    }
}
