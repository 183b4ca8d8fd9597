namespace BugZoo.Literature;

/// <summary>A buffer whose every method holds its lock appends another one: asks for its length, then copies that many characters. Meanwhile the other may have become shorter.</summary>
internal static class StringBuffer
{
    public static void Buggy() => Run((buffer, other) => buffer.Append(other));

    public static void Fixed() => Run((buffer, other) => buffer.AppendAtOnce(other));

    private static void Run(Action<Text, Text> append)
    {
        var buffer = new Text();
        var other = new Text();
        other.Add("abc");
        var editor = new Thread(() =>
        {
            other.Erase();
            other.Add("abc");
        });
        editor.Start();
        append(buffer, other);
        editor.Join();
    }

    private sealed class Text
    {
        private readonly Lock _gate = new();
        private readonly char[] _characters = new char[16];
        private int _count;

        private int Length
        {
            get
            {
                lock (_gate)
                {
                    return _count;
                }
            }
        }

        public void Append(Text other)
        {
            lock (_gate)
            {
                int length = other.Length;
                other.CopyTo(_characters, _count, length);
                _count += length;
            }
        }

        public void AppendAtOnce(Text other)
        {
            lock (_gate)
            {
                lock (other._gate)
                {
                    int length = other.Length;
                    other.CopyTo(_characters, _count, length);
                    _count += length;
                }
            }
        }

        public void Add(string text)
        {
            lock (_gate)
            {
                text.CopyTo(0, _characters, _count, text.Length);
                _count += text.Length;
            }
        }

        public void Erase()
        {
            lock (_gate)
            {
                _count = 0;
            }
        }

        private void CopyTo(char[] target, int start, int count)
        {
            lock (_gate)
            {
                Claim.That(count <= _count, $"there are {count} characters to copy");
                Array.Copy(_characters, 0, target, start, count);
            }
        }
    }
}
