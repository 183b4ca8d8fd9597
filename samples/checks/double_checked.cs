// What you learn: checking a flag before taking the lock is fast, but wrong if the flag is set too early.
//
// The lock lets only one thread load the settings. But a second thread that finds the flag set does not take the lock at
// all, and the settings are not there yet. Run as a program it nearly always works:
//   dotnet run samples/checks/double_checked.cs
//   braid check samples/checks/double_checked.cs
//   braid check samples/checks/double_checked.cs --method Mended
Settings.ReadByTwo(settings => settings.Get());
Console.WriteLine("Both have read the settings.");

internal sealed class Settings
{
    private readonly Lock _gate = new();
    private volatile bool _isLoaded;
    private volatile string? _text;

    public static void Mended() => ReadByTwo(settings => settings.GetWhenLoaded());

    public static void ReadByTwo(Func<Settings, string?> get)
    {
        var settings = new Settings();
        string? first = null;
        var reader = new Thread(() => first = get(settings));
        reader.Start();
        string? second = get(settings);
        reader.Join();
        if (first is null || second is null)
        {
            throw new InvalidOperationException("Somebody has read settings that were not loaded.");
        }
    }

    public string? Get()
    {
        if (!_isLoaded)
        {
            lock (_gate)
            {
                if (!_isLoaded)
                {
                    _isLoaded = true;  // from here on other threads skip the lock, and find nothing
                    _text = "colour = blue";
                }
            }
        }

        return _text;
    }

    public string? GetWhenLoaded()
    {
        if (_text is null)             // checks the very value that is used
        {
            lock (_gate)
            {
                _text ??= "colour = blue";
            }
        }

        return _text;
    }
}
