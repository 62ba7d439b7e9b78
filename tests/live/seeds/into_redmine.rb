# Writes a plan into Redmine's boards: `rails runner into_redmine.rb < plan.json`.
require "json"

Setting.user_format = "username"
Setting.notified_events = []

def user(name)
  User.find_by(login: name) || User.new(firstname: name, lastname: name, mail: "#{name}@example.org").tap do |new|
    new.login = name
    new.password = new.password_confirmation = "passwort1"
    new.save!
  end
end

def board(name, closed)
  identifier = closed ? "intern" : "nachbarschaft"
  project = Project.find_by(identifier: identifier) || Project.create!(
    name: identifier.capitalize, identifier: identifier, is_public: !closed,
    enabled_module_names: ["boards", "issue_tracking"], trackers: Tracker.all
  )
  project.boards.find_by(name: name) || Board.create!(project: project, name: name, description: name)
end

def textile(blocks)
  before = nil
  blocks.map do |kind, text|
    line = {"item" => "* #{text}", "code" => "<pre>\n#{text}\n</pre>", "quote" => "> #{text}"}.fetch(kind, text)
    joint = before.nil? ? "" : kind == "item" && before == "item" ? "\n" : "\n\n"
    before = kind
    joint + line
  end.join
end

said, hidden = [], []
JSON.parse($stdin.read).each_with_index do |thread, t|
  place = board(thread["board"], thread["private"])
  topic = thread["id"].empty? ? nil : Message.find(thread["id"])
  first = thread["posts"][0]["author"]
  thread["posts"].each_with_index do |post, p|
    text = textile(post["blocks"])
    text = "#{first} wrote:\n#{text}" if post["blocks"].any? { |kind, _| kind == "quote" }
    subject = topic ? "RE: #{topic.subject}" : thread["title"]
    at = Time.parse(post["at"])
    message = Message.new(board: place, parent: topic, subject: subject, content: text)
    message.author = user(post["author"])
    message.created_on = message.updated_on = at
    message.save!
    message.update_columns(created_on: at, updated_on: at)
    topic ||= message
    said << {thread: t, post: p, id: message.id.to_s, thread_id: topic.id.to_s}
    hidden << message.id if post["hidden"]
  end
end
hidden.each { |id| Message.find(id).destroy }
puts "\nSEEDED " + said.to_json
