using System.Globalization;
using System.Text;

namespace Braid.Checking.Reports;

/// <summary>Steps as a table: a lane per task or thread, a row per step, bars for the locks that are held.</summary>
/// <remarks>A step of a task is in the lane of that task, on whatever thread it ran; the others are in the lane of their thread.</remarks>
internal sealed class HtmlLanes
{
    private const int Colours = 6;
    private const int Bars = 4;                     // side by side in a lane

    private readonly StringBuilder _page;
    private readonly IReadOnlyList<CheckStep> _steps;
    private readonly string _anchor;
    private readonly bool _hidesOthers;
    private readonly List<Lane> _lanes = [];
    private readonly Dictionary<(bool IsTask, int Number), Lane> _laneOf = [];
    private readonly Dictionary<int, (Lane Lane, IReadOnlyList<StepHold> Holds)> _threads = [];     // where each is, and what it holds
    private readonly Dictionary<string, int> _colours = [];

    private HtmlLanes(StringBuilder page, IReadOnlyList<CheckStep> steps, string anchor)
    {
        (_page, _steps, _anchor) = (page, steps, anchor);
        _hidesOthers = steps.Any(static step => step.TakesPart);
        foreach (CheckStep step in steps)
        {
            LaneOf(step).IsShown |= IsShown(step);
            foreach (StepHold hold in step.Holds)
            {
                _colours.TryAdd(hold.Lock, _colours.Count % Colours);
            }
        }

        foreach (Lane[] alike in _lanes.GroupBy(static lane => lane.Name).Select(static lanes => lanes.ToArray()).ToList())
        {
            for (int i = 0; i < alike.Length && alike.Length > 1; i++)
            {
                alike[i].Name += $" ({i + 1})";
            }
        }
    }

    /// <param name="page">The page to append to.</param>
    /// <param name="steps">At least one.</param>
    /// <param name="anchor">The prefix of the names of the rows; the number of a step follows it.</param>
    public static void Append(StringBuilder page, IReadOnlyList<CheckStep> steps, string anchor) =>
        new HtmlLanes(page, steps, anchor).Append();

    private void Append()
    {
        AppendControls();
        AppendKey();
        if (_steps[0].Number > 1)
        {
            Write($"<p>{Text.Count(_steps[0].Number - 1, "earlier step")} left out</p>\n");
        }

        Write($"<div class=\"scroll\"><div class=\"lanes\">\n<table>\n<thead><tr><th></th>");
        foreach (Lane lane in _lanes)
        {
            Write($"<th{(lane.IsShown ? "" : " class=\"other\"")}>{HtmlPage.Encode(lane.Name)}</th>");
        }

        Write($"</tr></thead>\n<tbody>\n");
        foreach (CheckStep step in _steps)
        {
            AppendRow(step);
        }

        Write($"</tbody>\n</table>\n</div></div>\n");
    }

    private void AppendControls()
    {
        int others = _steps.Count(step => !IsShown(step));
        if (others > 0)
        {
            Write($"<p><label><input type=\"checkbox\" class=\"all\" /> also {Text.Count(others, "other step")}</label></p>\n");
        }

        Write($"<div class=\"controls\" hidden=\"\">\n<button class=\"first\" title=\"first step (Home)\">|&lt;</button>\n");
        Write($"<button class=\"back\" title=\"one step back (arrow up or left)\">&lt;</button>\n");
        Write($"<button class=\"forward\" title=\"one step forward (arrow down or right)\">&gt;</button>\n");
        Write($"<button class=\"last\" title=\"last step (End)\">&gt;|</button>\n<select title=\"show the steps on one object\">\n");
        Write($"<option value=\"\">all objects</option>\n");
        foreach (string target in _steps.Select(static step => step.Target).Where(static target => target.Length > 0).Distinct().Order())
        {
            Write($"<option>{HtmlPage.Encode(target)}</option>\n");
        }

        Write($"</select>\n<span class=\"state\" aria-live=\"polite\"></span>\n</div>\n");
    }

    private void AppendKey()
    {
        if (_colours.Count > 0)
        {
            Write($"<p class=\"key\">held:");
            foreach ((string name, int colour) in _colours)
            {
                Write($"<i class=\"c{colour}\"></i>{HtmlPage.Encode(name)}");
            }

            Write($"</p>\n");
        }
    }

    private void AppendRow(CheckStep step)
    {
        Lane own = LaneOf(step);
        IReadOnlyList<StepHold> before = _threads.TryGetValue(step.Thread.Number, out var was) ? was.Holds : [];
        _threads[step.Thread.Number] = (own, step.Holds);
        string classes = $"step{(IsShown(step) ? "" : " other")}{(step.Outcome == StepOutcome.Blocked ? " blocked" : "")}";
        Write($"<tr id=\"{_anchor}{step.Number}\" class=\"{classes}\" data-target=\"{HtmlPage.Encode(step.Target)}\"");
        if (step.Value is { } value)
        {
            Write($" data-value=\"{HtmlPage.Encode(value)}\"");
        }

        Write($" data-says=\"{HtmlPage.Encode($"{step.Thread.Name} {step.Text}")}\">");
        Write($"<th><a href=\"#{_anchor}{step.Number}\">{step.Number}</a></th>");
        foreach (Lane lane in _lanes)
        {
            Write($"<td{(lane.IsShown ? "" : " class=\"other\"")}>");

            // The bar of a lock reaches from the row that acquires it to the one that releases it.
            IEnumerable<StepHold> held = _threads.Values.Where(thread => thread.Lane == lane).SelectMany(static thread => thread.Holds);
            AppendBars(lane == own ? before.Union(held) : held);
            if (lane == own)
            {
                AppendWhat(step, lane);
            }

            Write($"</td>");
        }

        Write($"</tr>\n");
    }

    private void AppendBars(IEnumerable<StepHold> holds)
    {
        foreach ((int index, StepHold hold) in holds.Take(Bars).Index())
        {
            string since = hold.Since is { } place ? $" since {WhereOf(place)}" : "";
            Write($"<i class=\"c{_colours[hold.Lock]} p{index}\" title=\"{HtmlPage.Encode($"{hold.Lock}{since}")}\"></i>");
        }
    }

    private void AppendWhat(CheckStep step, Lane lane)
    {
        Write($"<div class=\"what\">");
        if (step.Place is { } place)
        {
            Write($"<span class=\"place\" title=\"{HtmlPage.Encode($"{place.Method} {place.File}")}\">");
            Write($"{HtmlPage.Encode(WhereOf(place))}</span> ");
        }

        Write($"<span class=\"text\">{TextOf(step)}</span>");
        if (step.Times > 1)
        {
            Write($" <span class=\"on\">({Text.Count(step.Times, "time")})</span>");
        }

        if (lane.IsTask && lane.LastThread != step.Thread)
        {
            Write($" <span class=\"on\">on {HtmlPage.Encode(step.Thread.Name)}</span>");
        }

        lane.LastThread = step.Thread;
        if (step.Place?.Source is { } source)
        {
            Write($"<code class=\"source\">{HtmlPage.Encode(source)}</code>");
        }

        if (step.Links.Count > 0)
        {
            Write($"<span class=\"links\">");
            foreach (StepLink link in step.Links)
            {
                Write($"<a class=\"{link.Kind}\" href=\"#{_anchor}{link.Step}\">{WordOf(link.Kind)} {link.Step}</a>");
            }

            Write($"</span>");
        }

        Write($"</div>");
    }

    /// <summary>The text of a step, with its value in bold.</summary>
    private static string TextOf(CheckStep step) =>
        step.Value is { Length: > 0 } value && step.Text.EndsWith(value, StringComparison.Ordinal)
            ? $"{HtmlPage.Encode(step.Text[..^value.Length])}<b>{HtmlPage.Encode(value)}</b>"
            : HtmlPage.Encode(step.Text);

    private static string WhereOf(StepPlace place) =>
        place.File is { } file ? $"{Path.GetFileName(file)}:{place.Line}" : place.Method;

    private static string WordOf(StepLinkKind kind) => kind switch
    {
        StepLinkKind.Start => "starts",
        StepLinkKind.HandOver => "hands over to",
        StepLinkKind.Wake => "wakes",
        StepLinkKind.Await => "awaited by",
        StepLinkKind.Value => "read by",
        StepLinkKind.Block => "blocks",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Whether the step is shown at first: if it takes part in the fault, or none does.</summary>
    private bool IsShown(CheckStep step) => step.TakesPart || !_hidesOthers;

    private Lane LaneOf(CheckStep step)
    {
        (bool, int) key = step.Task is { } task ? (true, task.Number) : (false, step.Thread.Number);
        if (!_laneOf.TryGetValue(key, out Lane? lane))
        {
            _laneOf.Add(key, lane = new Lane(step.Task?.Name ?? step.Thread.Name, step.Task is not null));
            _lanes.Add(lane);
        }

        return lane;
    }

    private void Write(FormattableString text) => _page.Append(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Lane(string name, bool isTask)
    {
        public string Name { get; set; } = name;

        public bool IsTask => isTask;

        /// <summary>Whether one of its steps is shown at first.</summary>
        public bool IsShown { get; set; }

        /// <summary>The thread of the last step that was written.</summary>
        public StepThread? LastThread { get; set; }
    }
}
