namespace Braid.Checking.Engine;

/// <summary>What the steps of a run touch, for a search that skips orders which make no difference.</summary>
/// <remarks>
/// A step is what a thread does from one of its scheduling points to the next. Objects are numbered in the order in which they are first
/// touched, so equal runs give them equal numbers.
/// </remarks>
internal sealed class StepTrace
{
    private readonly Dictionary<Resource, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly List<Step> _steps = [];
    private readonly List<(int Thread, Use? Target)> _pending = [];
    private Step?[] _current = new Step?[8];    // by thread
    private int[] _madeIn = new int[8];         // by thread: the number of steps begun before it was created

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The pending steps of threads that had not ended when the run ended; without a target, a step may touch anything.</summary>
    public IReadOnlyList<(int Thread, Use? Target)> Pending => _pending;

    /// <summary>The number of objects touched so far.</summary>
    public int Objects => _numbers.Count;

    /// <summary>The first thing with unknown effects that the run did; null if there was none.</summary>
    public string? Unknown { get; private set; }

    public void Clear()
    {
        _numbers.Clear();
        _steps.Clear();
        _pending.Clear();
        Array.Clear(_current);
        Array.Clear(_madeIn);
        Unknown = null;
    }

    /// <summary>Called when a thread is created: from now on it can have steps.</summary>
    public void Make(int thread)
    {
        if (thread >= _madeIn.Length)
        {
            Array.Resize(ref _madeIn, 2 * thread);
            Array.Resize(ref _current, 2 * thread);
        }

        _madeIn[thread] = _steps.Count;
    }

    /// <summary>The number of steps begun before a thread was created.</summary>
    public int MadeIn(int thread) => _madeIn[thread];

    /// <summary>Called when a thread begins a step.</summary>
    public void Begin(int thread, Resource? target, bool reads)
    {
        _current[thread] = new Step(thread);
        _steps.Add(_current[thread]!);
        Touch(thread, target, reads);
    }

    /// <summary>Called when a thread touches an object in its step.</summary>
    public void Touch(int thread, Resource? target, bool reads)
    {
        if (target is not null && _current[thread] is { } step)
        {
            step.Add(new Use(NumberOf(target), reads), isMemory: target is Memory.Variable);
        }
    }

    /// <summary>Called when a thread reads a range of memory in its step.</summary>
    public void ReadRange(int thread) => _current[thread]?.ReadRange();

    /// <summary>Numbers an object that a thread is about to touch.</summary>
    public void Announce(Resource? target)
    {
        if (target is not null)
        {
            NumberOf(target);
        }
    }

    /// <summary>Called when the run does something with unknown effects.</summary>
    public void MarkUnknown(string what) => Unknown ??= what;

    /// <summary>Called when all that the run did until now comes first in every schedule.</summary>
    public void ForgetUnknown() => Unknown = null;

    /// <summary>Called when the run ends before a pending step of a thread.</summary>
    public void Leave(int thread, Resource? target, bool reads) =>
        _pending.Add((thread, target is null ? null : new Use(NumberOf(target), reads)));

    /// <summary>Called when the run ends in the middle of this thread's step: the rest of the step is unknown.</summary>
    public void EndIn(int thread) => _current[thread]?.TouchAll();

    private int NumberOf(Resource target)
    {
        if (!_numbers.TryGetValue(target, out int number))
        {
            number = _numbers.Count;
            _numbers.Add(target, number);
        }

        return number;
    }

    /// <summary>An object that a step touches, and whether the step only reads it.</summary>
    internal readonly record struct Use(int Object, bool Reads);

    /// <summary>A step of a thread.</summary>
    internal sealed class Step(int thread)
    {
        private readonly List<Use> _touched = [];

        public int Thread => thread;

        public IReadOnlyList<Use> Touched => _touched;

        /// <summary>Whether it must be assumed to touch everything.</summary>
        public bool TouchesAll { get; private set; }

        /// <summary>
        /// Whether it reads a range of memory. The range is not kept: the step conflicts with every step that writes to memory.
        /// </summary>
        public bool ReadsRange { get; private set; }

        /// <summary>Whether it writes to memory.</summary>
        public bool WritesMemory { get; private set; }

        public void ReadRange() => ReadsRange = true;

        public void Add(Use use, bool isMemory)
        {
            WritesMemory |= isMemory && !use.Reads;
            if (!_touched.Contains(use))
            {
                _touched.Add(use);
            }
        }

        public void TouchAll() => TouchesAll = true;

        /// <summary>Whether one of two steps writes to memory that the other may read as part of a range.</summary>
        public bool MeetsRange(Step other) => (ReadsRange && other.WritesMemory) || (WritesMemory && other.ReadsRange);

        /// <summary>Whether the order of two steps of different threads can matter.</summary>
        public bool ConflictsWith(Step other)
        {
            if (TouchesAll || other.TouchesAll || MeetsRange(other))
            {
                return true;
            }

            foreach (Use touch in _touched)
            {
                foreach (Use its in other._touched)
                {
                    if (touch.Object == its.Object && !(touch.Reads && its.Reads))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
