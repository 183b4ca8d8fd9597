namespace BugZoo.Literature;

/// <summary>The shared object is made under a lock, and looked for without it; it can be seen before it is filled.</summary>
internal static class DoubleCheckedPublish
{
    public static void Buggy()
    {
        var holder = new Holder();
        int first = 0;
        int second = 0;
        Crew.Run(() => first = holder.GetEarly().Port, () => second = holder.GetEarly().Port);
        Claim.That(first == 80 && second == 80, "both see the port 80");
    }

    public static void Fixed()
    {
        var holder = new Holder();
        int first = 0;
        int second = 0;
        Crew.Run(() => first = holder.Get().Port, () => second = holder.Get().Port);
        Claim.That(first == 80 && second == 80, "both see the port 80");
    }

    private sealed class Holder
    {
        private readonly Lock _gate = new();
        private Settings? _settings;

        public Settings GetEarly()
        {
            if (_settings is null)
            {
                lock (_gate)
                {
                    if (_settings is null)
                    {
                        _settings = new Settings();
                        _settings.Port = 80;
                    }
                }
            }

            return _settings;
        }

        public Settings Get()
        {
            if (Volatile.Read(ref _settings) is { } there)
            {
                return there;
            }

            lock (_gate)
            {
                if (_settings is { } made)
                {
                    return made;
                }

                var settings = new Settings();
                settings.Port = 80;
                Volatile.Write(ref _settings, settings);
                return settings;
            }
        }
    }

    private sealed class Settings
    {
        public int Port;
    }
}
